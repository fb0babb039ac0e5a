import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { Random } from '../../src/kernels/random';
import { drawCharacter, randomCharacter } from '../../src/fewshot/stroke_characters';
import { oneshotArm, temporaryFolder } from './run';

const folder = temporaryFolder();
const side = 80;
const random = new Random(5);
const characters = ['bird', 'fish', 'tree'].map((name) => ({ name, character: randomCharacter(random) }));

async function write(path: string, k: number, count: number): Promise<void> {
  mkdirSync(path, { recursive: true });
  for (let n = 0; n < count; n++) {
    const ink = drawCharacter(characters[k].character, random, undefined, side);
    const bytes = Buffer.from(ink.map((v) => 240 - 220 * v));
    const picture = sharp(bytes, { raw: { width: side, height: side, channels: 1 } });
    await (n % 2 ? picture.jpeg({ quality: 92 }) : picture.png()).toFile(
      join(path, `${n}.${n % 2 ? 'jpg' : 'png'}`),
    );
  }
}

const support = join(folder.path, 'support');
const query = join(folder.path, 'query');
beforeAll(async () => {
  for (const [k, { name }] of characters.entries()) {
    await write(join(support, name), k, 4);
    await write(join(query, name), k, 3);
  }
});

const classification = z.looseObject({
  classes: z.array(z.string()),
  predictions: z.array(z.strictObject({ file: z.string(), label: z.string(), scores: z.array(z.number()) })),
  accuracy: z.number().optional(),
});

test.each(['software', 'pcm'])(
  'classify on %s: labels, scores and accuracy',
  async (backend) => {
    const { code, stdout, stderr } = await oneshotArm([
      'classify',
      '--support',
      support,
      '--query',
      query,
      '--backend',
      backend,
      '--json',
      '-',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result = classification.parse(JSON.parse(stdout));
    expect(result.classes).toEqual(['bird', 'fish', 'tree']);
    expect(result.predictions).toHaveLength(9);
    expect(result.predictions[0].file).toBe(join('bird', '0.png'));
    expect(result.accuracy).toBeGreaterThanOrEqual(8 / 9);
  },
  120000,
);

test('classify: a broken picture, a missing folder and a single class are named, exit 2', async () => {
  const bad = join(folder.path, 'bad', 'x');
  mkdirSync(bad, { recursive: true });
  folder.file(join('bad', 'x', 'broken.png'), 'no picture');
  const broken = await oneshotArm(['classify', '--support', support, '--query', join(folder.path, 'bad')]);
  expect(broken.code).toBe(2);
  expect(broken.stderr).toMatch(/broken\.png: image: expected a PNG or JPEG/);
  const missing = await oneshotArm(['classify', '--support', join(folder.path, 'nowhere'), '--query', query]);
  expect(missing.code).toBe(2);
  const single = await oneshotArm(['classify', '--support', join(folder.path, 'bad'), '--query', query]);
  expect(single).toMatchObject({ code: 2, stderr: expect.stringMatching(/at least 2 folders/) });
}, 120000);

test('evaluate fewshot: JSON by the contract; the same seed gives the same numbers', async () => {
  const run = async () => {
    const { code, stdout } = await oneshotArm([
      'evaluate',
      'fewshot',
      '--episodes',
      '5',
      '--shots',
      '1',
      '--json',
      '-',
    ]);
    expect(code).toBe(0);
    return z
      .looseObject({
        n: z.literal(5),
        mean: z.number(),
        median: z.number(),
        p95: z.number(),
        std: z.number(),
      })
      .parse(JSON.parse(stdout));
  };
  const [a, b] = [await run(), await run()];
  expect(a.mean).toBeGreaterThan(0.6);
  expect([a.mean, a.median, a.p95, a.std]).toEqual([b.mean, b.median, b.p95, b.std]);
}, 240000);
