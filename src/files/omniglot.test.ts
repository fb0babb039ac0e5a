import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { decodeImage } from './images';
import { readOmniglot } from './omniglot';

const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-omniglot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A 6 x 4 PNG, one pixel black. */
async function png(black: number): Promise<Buffer> {
  const data = Buffer.alloc(24, 255);
  data[black] = 0;
  return sharp(data, { raw: { width: 6, height: 4, channels: 1 } })
    .png()
    .toBuffer();
}

async function files(alphabet: string): Promise<Record<string, Buffer>> {
  const out: Record<string, Buffer> = {};
  for (let c = 1; c <= 2; c++)
    for (let d = 1; d <= 3; d++)
      out[`images_background/${alphabet}/character0${c}/000${c}_0${d}.png`] = await png(3 * c + d);
  return out;
}

const darkest = (pixels: Float32Array) => pixels.indexOf(Math.min(...pixels));

test('reads the official layout from a zip, a folder of zips and an unpacked folder alike', async () => {
  const zips = join(folder, 'zips');
  const plain = join(folder, 'plain');
  mkdirSync(zips);
  const [latin, greek] = [await files('Latin'), await files('Greek')];
  writeFileSync(
    join(zips, 'images_background_small1.zip'),
    zipSync({ ...latin, '__MACOSX/Latin/character01/._a.png': latin[Object.keys(latin)[0]] }),
  );
  writeFileSync(join(zips, 'images_background_small2.zip'), zipSync({ ...greek, ...latin }));
  writeFileSync(join(zips, 'strokes.zip'), 'not read');
  for (const [name, bytes] of Object.entries({ ...latin, ...greek })) {
    mkdirSync(dirname(join(plain, name)), { recursive: true });
    writeFileSync(join(plain, name), bytes);
  }
  const fromZips = await readOmniglot(zips);
  expect(fromZips.map((a) => a.name)).toEqual(['Greek', 'Latin']);
  expect(fromZips[1].characters.map((c) => c.name)).toEqual(['Latin/character01', 'Latin/character02']);
  expect(fromZips[1].characters.map((c) => c.drawings.map((d) => darkest(d.pixels)))).toEqual([
    [4, 5, 6],
    [7, 8, 9],
  ]);
  expect(await readOmniglot(plain)).toEqual(fromZips);
  expect(await readOmniglot(join(zips, 'images_background_small1.zip'))).toEqual([fromZips[1]]);
});

test('what is not Omniglot is rejected by name', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(join(folder, 'bad.zip'), 'no zip');
  await expect(readOmniglot(empty)).rejects.toThrow(/Omniglot/);
  await expect(readOmniglot(join(folder, 'nowhere'))).rejects.toThrow(/nothing there/);
  await expect(readOmniglot(join(folder, 'bad.zip'))).rejects.toThrow(/bad.zip: file: expected a zip file/);
});

test('pictures: grey, colour, transparent, JPEG; others and damaged ones are rejected', async () => {
  const raw = (channels: 3 | 4, pixel: number[]) =>
    sharp(Buffer.from([...pixel, ...pixel]), { raw: { width: 2, height: 1, channels } });
  expect((await decodeImage(await raw(3, [255, 255, 255]).png().toBuffer(), 'a')).pixels[0]).toBe(1);
  expect((await decodeImage(await raw(3, [0, 0, 0]).jpeg().toBuffer(), 'a')).pixels[0]).toBeLessThan(0.05);
  expect((await decodeImage(await raw(4, [0, 0, 0, 0]).png().toBuffer(), 'a')).pixels[1]).toBe(1);
  const good = await png(5);
  expect(await decodeImage(good, 'a')).toMatchObject({ width: 6, height: 4 });
  await expect(decodeImage(good.subarray(0, 40), 'cut.png')).rejects.toThrow(/^cut.png: image/);
  await expect(decodeImage(Buffer.from('hello'), 'b')).rejects.toThrow(/PNG or JPEG/);
  await expect(decodeImage(await raw(3, [1, 2, 3]).webp().toBuffer(), 'w')).rejects.toThrow(/webp/);
});
