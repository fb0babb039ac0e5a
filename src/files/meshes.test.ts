import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trialFromVelocities } from '../arm/target/trial.js';
import { readArm } from './arms.js';

/** Folders of a test: a package with an arm and meshes, another package that is not its own, a file outside of both. */
const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-meshes-'));
const own = join(folder, 'my_arm');
const share = join(folder, 'prefix', 'share');
const outside = join(folder, 'outside.obj');
/** A beam of 0.3 m along x. */
const beam = [0, 0.3]
  .flatMap((x) => [-0.02, 0.02].flatMap((y) => [-0.02, 0.02].map((z) => `v ${x} ${y} ${z}\n`)))
  .join('');
const limits = join(folder, 'limits.yaml');
const ament = process.env.AMENT_PREFIX_PATH;

beforeAll(() => {
  for (const at of [own, join(own, 'meshes'), join(share, 'other', 'meshes')])
    mkdirSync(at, { recursive: true });
  writeFileSync(join(own, 'package.xml'), '<package/>');
  writeFileSync(join(own, 'meshes', 'beam.obj'), beam);
  writeFileSync(join(share, 'other', 'meshes', 'beam.obj'), beam);
  writeFileSync(outside, beam);
  writeFileSync(limits, 'joint_limits: {}\nself_collision: {clearance: 0.01, ignore: []}\n');
  process.env.AMENT_PREFIX_PATH = join(folder, 'prefix');
});
afterAll(() => {
  if (ament === undefined) delete process.env.AMENT_PREFIX_PATH;
  else process.env.AMENT_PREFIX_PATH = ament;
  rmSync(folder, { recursive: true });
});

/** Three beams one after the other: folded twice, the third lies on the first. */
function arm(mesh: string): ReturnType<typeof readArm> {
  const link = (name: string): string =>
    `<link name="${name}"><collision><geometry><mesh filename="${mesh}" scale="1 1 1"/></geometry></collision></link>`;
  const joint = (name: string, parent: string, child: string, x: number): string =>
    `<joint name="${name}" type="revolute"><origin xyz="${x} 0 0"/><parent link="${parent}"/><child link="${child}"/><axis xyz="0 1 0"/><limit lower="-3.1" upper="3.1" velocity="2" effort="1"/></joint>`;
  const path = join(own, 'arm.urdf');
  writeFileSync(
    path,
    `<robot name="beams">${['a', 'b', 'c'].map(link).join('')}<link name="tip"/>${joint('p', 'a', 'b', 0.3)}${joint('q', 'b', 'c', 0.3)}<joint name="t" type="fixed"><parent link="c"/><child link="tip"/><origin xyz="0.3 0 0"/></joint></robot>`,
  );
  return readArm({ arm: path, tcpLink: 'tip', limits });
}

test.each([
  ['beside the description', 'meshes/beam.obj'],
  ['in its own package', 'package://my_arm/meshes/beam.obj'],
  ['in another package', 'package://other/meshes/beam.obj'],
  ['by its file', `file://${join(own, 'meshes', 'beam.obj')}`],
])('a mesh %s counts as its hull', (_, mesh) => {
  const { model, gate, profile } = arm(mesh);
  expect(model.links.get('c')!.collisions).toMatchObject([{ kind: 'hull', skin: 0 }]);
  const reasons = (q: number): string[] => {
    const still = trialFromVelocities(new Float32Array(2 * 249), profile, 0.01, [q, q]);
    return gate.judge(still, still.velocities).reasons.map(({ code, joint }) => `${code} ${joint}`);
  };
  // a closed triangle: the third beam's end meets the first; open it is free
  expect(reasons((2 * Math.PI) / 3)).toEqual([expect.stringMatching(/^self-collision .*a.*c/)]);
  expect(reasons(1)).toEqual([]);
});

test.each([
  ['meshes/gone.obj', /link a > collision 1 > mesh meshes\/gone.obj: expected .*no such file/],
  ['package://nowhere/a.stl', /no such file in package nowhere/],
  ['package://other/../../../outside.obj', /outside of the folders that may be read/],
  ['../outside.obj', /outside of the folders that may be read/],
  [`file://${outside}`, /outside of the folders that may be read/],
  ['http://example.org/a.stl', /only package:\/\/, file:\/\//],
])('%s is refused and the reason told', (mesh, message) => {
  expect(() => arm(mesh)).toThrow(message);
});
