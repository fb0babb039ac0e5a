import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namedMeshes } from './meshes';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'oneshot-arm-shown-')));
const share = join(folder, 'prefix', 'share', 'arm');
const named = join(folder, 'named');
const before = { ...process.env };

beforeAll(() => {
  for (const at of [join(share, 'meshes'), named]) mkdirSync(at, { recursive: true });
  for (const file of [join(share, 'meshes', 'a.stl'), join(share, 'meshes', 'b.DAE'), join(named, 'c.obj')])
    writeFileSync(file, 'x');
  for (const file of [join(share, 'package.xml'), join(folder, 'secret.stl'), join(folder, 'secret.txt')])
    writeFileSync(file, 'secret');
  symlinkSync(join(folder, 'secret.stl'), join(share, 'meshes', 'link.stl'));
  process.env.AMENT_PREFIX_PATH = join(folder, 'prefix');
  process.env.ONESHOT_ARM_MESHES = named;
});
afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true });
});
const mesh = (name: string): string =>
  `<visual><geometry><mesh scale="1 1 1" filename="${name}"/></geometry></visual>`;

test('meshes of packages and of named folders are shown, by the name that the description gives them', () => {
  const names = [
    'package://arm/meshes/a.stl',
    'package://arm/meshes/b.DAE',
    `file://${join(named, 'c.obj')}`,
  ];
  const { files, faults } = namedMeshes(`<robot>${[...names, names[0]].map(mesh).join('')}</robot>`);
  expect(faults).toEqual([]);
  expect([...files]).toEqual([
    [names[0], join(share, 'meshes', 'a.stl')],
    [names[1], join(share, 'meshes', 'b.DAE')],
    [names[2], join(named, 'c.obj')],
  ]);
});

test.each([
  ['package://arm/../../../secret.stl', /outside of the folders/],
  ['package://arm/meshes/../../../../secret.stl', /outside of the folders/],
  ['package://../../secret.stl', /outside of the folders|no such file/],
  ['package://arm/meshes/link.stl', /outside of the folders/],
  ['package://arm/meshes/%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret.stl', /no such file/],
  ['package://arm/package.xml', /only .stl, .dae, .obj are drawn/],
  [`file://${join(folder, 'secret.stl')}`, /outside of the folders/],
  [`file://${named}/%2e%2e/secret.stl`, /outside of the folders/],
  ['file:///etc/passwd', /outside of the folders/],
  ['file://elsewhere/a.stl', /host|no such file/],
  ['/etc/passwd', /outside of the folders/],
  ['../secret.stl', /no such file/],
  ['http://example.org/a.stl', /only package:\/\/, file:\/\//],
  ['', /no such file/],
])('%s is not shown, and the reason told', (name, why) => {
  const { files, faults } = namedMeshes(mesh(name));
  expect([...files]).toEqual([]);
  expect(faults).toEqual([expect.stringMatching(why)]);
});
