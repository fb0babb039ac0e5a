import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Gate, type Judgement } from '../src/arm/gate/gate';
import { profileNamed } from '../src/arm/kinematics/profiles';
import { parseTarget } from '../src/arm/target/parse';
import { trialTarget } from '../src/arm/target/trial';
import { parseUrdf } from '../src/arm/urdf/parse';
import { readLimits } from '../src/files/arm_files';
import { loadMujoco, type Mujoco } from '../sim/physics/mujoco';
import { leadingForce } from '../sim/viewer/page/studio/leading';
import { StudioArm } from '../sim/viewer/page/studio/studio_arm';

const root = join(__dirname, '..');
const urdf = readFileSync(join(root, 'urdf', 'edscorbot.urdf'), 'utf8');
const model = parseUrdf(urdf);
const profile = profileNamed('edscorbot_paper');
const limits = readLimits();
const { comment: _c, name: _n, ...reach } = JSON.parse(readFileSync(join(root, 'examples', 'reach.json'), 'utf8')); // prettier-ignore
let mujoco: Mujoco;
beforeAll(async () => {
  mujoco = await loadMujoco();
});

/** An arm on a clock that the test moves on. */
function studio() {
  let nowS = 0;
  const arm = new StudioArm(model, profile, limits, urdf, () => nowS);
  /** Runs until something is so. */
  const until = async (so: () => boolean, longestS = 60) => {
    const endS = nowS + longestS;
    while (!so()) {
      if (nowS > endS) throw new Error(`not so within ${longestS} s: ${so}`);
      nowS += 0.02;
      arm.run();
      await Promise.resolve();
    }
  };
  const run = (seconds: number) => {
    const endS = nowS + seconds - 1e-9;
    return until(() => nowS >= endS);
  };
  return { arm, until, run, hidden: (seconds: number) => void (nowS += seconds) };
}

/** What the gate has of a motion of the tool as it was asked for. */
function motion(): Judgement {
  const target = trialTarget(parseTarget(reach, profile), profile);
  return new Gate(model, profile, limits).judge(target, target.velocities);
}

test('masses come while the arm stands, at the same angles, and never in the middle of a motion', async () => {
  const { arm, run, until } = studio();
  await run(0.1);
  let ended = false;
  const performed = arm.perform(motion(), () => undefined).then((m) => ((ended = true), m));
  await until(() => arm.stage === 'executing');
  await run(0.5);
  arm.useMujoco(mujoco);
  await until(() => {
    expect(arm.physics).toBe(ended ? arm.physics : 'loading');
    return ended;
  });
  const { rows } = await performed;
  const before = arm.position;
  expect(before).toEqual(rows[rows.length - 1].map((q) => expect.closeTo(q, 3)));
  await until(() => arm.physics === 'mujoco', 1);
  expect(arm.position).toEqual(before.map((q) => expect.closeTo(q, 3)));
  await run(1);
  expect(arm.position).toEqual(before.map((q) => expect.closeTo(q, 3)));
});

test('the same motion with the same masses is the same bit for bit; a payload is told in what is measured', async () => {
  const performed = async (massKg: number): Promise<number[][]> => {
    const { arm, run, until } = studio();
    arm.useMujoco(mujoco);
    await until(() => arm.physics === 'mujoco');
    const carried = arm.carry(massKg);
    await expect(arm.perform(motion(), () => undefined)).rejects.toThrow('the payload is being changed');
    await run(1);
    await carried;
    let rows: number[][] = [];
    void arm.perform(motion(), () => undefined).then((measured) => (rows = measured.rows));
    await until(() => rows.length > 0);
    return rows;
  };
  const [once, again, loaded] = [await performed(0), await performed(0), await performed(1)];
  expect(again).toEqual(once);
  const sag = (rows: number[][]) => Math.max(...rows.map((row, k) => Math.abs(row[1] - once[k]?.[1])));
  expect(sag(loaded.slice(0, once.length))).toBeGreaterThan(0.02);
});

test('a page that was hidden for an hour goes on where it was: half a second at most is made up for', async () => {
  const { arm, run, until, hidden } = studio();
  arm.useMujoco(mujoco);
  await until(() => arm.physics === 'mujoco');
  const { trajectory } = motion();
  let measured = { timesS: [] as number[], rows: [] as number[][] };
  void arm.perform(motion(), () => undefined).then((m) => (measured = m));
  await until(() => arm.stage === 'executing');
  await run(0.3);
  const before = arm.position;
  hidden(3600);
  arm.run();
  expect(Math.max(...arm.position.map((q, j) => Math.abs(q - before[j])))).toBeLessThan(0.55 * 1.5);
  expect(arm.stage).toBe('executing');
  await until(() => measured.rows.length > 0);
  // arm time goes on without a gap, so that the motion is as it would have been
  const { timesS } = measured;
  for (let k = 1; k < timesS.length; k++) expect(timesS[k] - timesS[k - 1]).toBeCloseTo(0.01, 9);
  expect(timesS[timesS.length - 1]).toBeLessThan(trajectory!.durationS + 0.5);
});

test('led in free drive: the tool follows the hand, what was shown is kept, and the arm stays where it was left', async () => {
  const { arm, run, until } = studio();
  expect(() => (arm.freeDrive = true)).toThrow('free drive needs masses');
  arm.useMujoco(mujoco);
  await until(() => arm.physics === 'mujoco');
  expect(() => arm.beginRecord()).toThrow('switch free drive on');
  arm.freeDrive = true;
  expect(arm.state.state).toBe('free drive');
  await expect(arm.perform(motion(), () => undefined)).rejects.toThrow('led by hand');
  await expect(arm.carry(1)).rejects.toThrow('busy');
  await expect(arm.carry(3)).rejects.toThrow('0 to 2 kg');
  const [x, y, z] = arm.tool!;
  await run(2);
  expect(arm.tool).toEqual([x, y, z].map((p) => expect.closeTo(p, 3))); // nobody leads it: it stays
  arm.beginRecord();
  for (let k = 0; k <= 100; k++) {
    arm.lead([x - 0.002 * k, y + 0.002 * k, z]);
    await run(0.02);
  }
  await run(1);

  arm.lead(undefined);
  const shown = arm.endRecord();
  expect(shown.timesS[shown.timesS.length - 1]).toBeCloseTo(3, 1);
  const led = arm.tool!;
  expect(Math.hypot(led[0] - x + 0.2, led[1] - y - 0.2, led[2] - z)).toBeLessThan(0.02);
  arm.freeDrive = false;
  const left = arm.position;
  await run(1);
  expect(arm.position).toEqual(left.map((q) => expect.closeTo(q, 2)));
  expect(() => arm.endRecord()).toThrow('nothing was recorded');
  arm.freeDrive = true;
  arm.stop('stop was asked for');
  expect(arm.state).toMatchObject({ stopped: true });
});

test('the hand pulls like a spring, no stronger than 40 N', () => {
  const [tool, still] = [[0.3, 0, 0.2], [0.3, 0, 0.2]]; // prettier-ignore
  expect(leadingForce([0.4, 0, 0.2], tool, still, 0.01)).toEqual([expect.closeTo(30, 9), 0, 0]);
  expect(leadingForce([0.3, 0, 0.2], tool, [0.3, -0.001, 0.2], 0.01)[1]).toBeCloseTo(-4, 9);
  expect(Math.hypot(...leadingForce([9, 9, 9], tool, still, 0.01))).toBeCloseTo(40, 9);
});
