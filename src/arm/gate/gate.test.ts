import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { Random } from '../../kernels/random.js';
import { parseLimitsConfig } from '../limits/config.js';
import { edscorbot, edscorbotPaper } from '../kinematics/edscorbot.js';
import { urdfProfile } from '../kinematics/urdf_profile.js';
import { measureExecuted } from '../preview/executed.js';
import { parseTargetText } from '../target/parse.js';
import { trialFromVelocities, trialTarget } from '../target/trial.js';
import { scan } from '../trajectory/peaks.js';
import { parseUrdf } from '../urdf/parse.js';
import { jointsTo } from '../urdf/tool_link.js';
import { Gate } from './gate.js';
import { describeReason } from './reasons.js';

const root = join(__dirname, '../../..');
const model = parseUrdf(readFileSync(join(root, 'urdf/edscorbot.urdf'), 'utf8'));
const yaml: unknown = parse(readFileSync(join(root, 'config/joint_limits.yaml'), 'utf8'));
const config = parseLimitsConfig(yaml);
const gate = new Gate(model, edscorbotPaper, config);
const noLimits = { joints: {}, softMargin: 0, workspace: null, selfCollision: null };
const trial = (v: (u: number) => [number, number], profile = edscorbotPaper) =>
  trialFromVelocities(
    Float32Array.from(Array.from({ length: 249 }, (_, k) => v((k + 0.5) / 249)).flat()),
    profile,
  );

test.each(['ramp.json', 'reach.json', 'wave.json', 'wave.csv', 'loop_path.json'])(
  'the example %s, recalled exactly, is let through within all limits and performed close to its target',
  (name) => {
    const text = readFileSync(join(root, 'examples', name), 'utf8');
    const target = trialTarget(
      parseTargetText(text, name.endsWith('.csv') ? 'csv' : 'json', edscorbotPaper),
      edscorbotPaper,
    );
    const { accepted, reasons, trajectory, timeScale, stepTimesS, preview } = gate.judge(
      target,
      target.velocities,
    );
    expect(reasons.map(describeReason)).toEqual([]);
    expect(accepted).toBe(true);
    expect(timeScale).toBeGreaterThanOrEqual(0.999);
    if (name === 'ramp.json') expect(timeScale).toBeGreaterThan(2.25); // 1.125 rad in 0.5 s against 1 rad/s
    // An arm that follows exactly, recorded at 100 Hz in the robot description's senses.
    const samples = Math.floor(trajectory!.durationS * 100) + 2;
    const timesS = Float64Array.from({ length: samples }, (_, i) => i / 100);
    const urdfAngles = new Float64Array(samples * 5);
    const row = new Float64Array(5);
    timesS.forEach((t, i) => {
      trajectory!.sample(t, row);
      urdfAngles.set(row, 5 * i);
    });
    const recording = { timesS, urdfAngles };
    const exact = measureExecuted(
      target,
      recording,
      trajectory!,
      stepTimesS,
      preview.positions,
      edscorbotPaper,
    );
    expect(exact.tcpErrorMeanM).toBeLessThan(0.005);
    expect(exact.delayS).toBeLessThan(0.002);
    let worst = 0;
    scan(trajectory!, 0.002, (_, p, v, a) =>
      gate.limits.forEach((l, j) => {
        const inside = p[j] >= l.lower && p[j] <= l.upper ? 0 : Infinity;
        worst = Math.max(worst, Math.abs(v[j]) / l.velocity, Math.abs(a[j]) / l.acceleration, inside);
      }),
    );
    expect(worst).toBeLessThan(1 + 1e-6);
  },
);

test('a motion beyond a position limit is refused with joint, time, value and limit', () => {
  const target = trial(() => [0, 0.3]);
  const { accepted, reasons, trajectory } = gate.judge(target, trial(() => [0.95, 0]).velocities, {
    maxTcpErrorMeanM: 9,
    maxTcpErrorOfExtent: Infinity,
    maxOrientationErrorMeanRad: Infinity,
  });
  expect([accepted, trajectory]).toEqual([false, null]);
  // URDF sense: the base turns to -2.3655; the limit is -2.18166 + 0.02.
  expect(reasons).toMatchObject([{ code: 'position-limit', joint: 'base_joint', limit: -2.16166 }]);
  expect(reasons[0].value).toBeCloseTo(-0.95 * 2.49, 4);
  expect(reasons[0].timeS).toBeCloseTo(2.49, 9);
});

test('without leave to slow down, speed and acceleration beyond the limits are refused', () => {
  const target = trial((u) => [1.2 * Math.sin(2 * Math.PI * u), 0]);
  const refusal = gate.judge(target, target.velocities, { allowTimeScaling: false, smoothingSteps: 1 });
  expect(refusal.reasons).toMatchObject([{ code: 'velocity-limit', joint: 'base_joint' }]);
  expect(Math.abs(refusal.reasons[0].value)).toBeCloseTo(1.2, 2);
  const slowedDown = gate.judge(target, target.velocities);
  expect(slowedDown.accepted).toBe(true);
  expect(slowedDown.timeScale).toBeGreaterThan(1.1);
  expect(gate.judge(target, target.velocities, { maxTimeScale: 1.1 }).reasons).toMatchObject([
    { code: 'time-scale' },
  ]);
  const brisk = trial((u) => [0.4 * Math.sin(40 * Math.PI * u), 0]);
  expect(
    gate.judge(brisk, brisk.velocities, { allowTimeScaling: false, smoothingSteps: 1 }).reasons,
  ).toMatchObject([{ code: 'acceleration-limit', joint: 'base_joint' }]);
});

test('a bad recall is refused by its score, a broken one by its values', () => {
  const target = trial((u) => [0.6 * Math.sin(2 * Math.PI * u), 0.2]);
  const still = gate.judge(target, new Float32Array(498));
  expect(still.reasons).toMatchObject([
    { code: 'score', limit: 0.1 },
    { code: 'orientation', limit: 0.3 },
  ]);
  expect(still.reasons[0].value).toBe(still.preview.tcpErrorMeanM);
  const broken = target.velocities.slice();
  broken[101] = NaN;
  expect(gate.judge(target, broken).reasons).toMatchObject([{ code: 'not-finite', joint: 'shoulder' }]);
});

test('the score limit shrinks with the motion: a 5 cm motion recalled 4 cm off is refused, 0.5 cm off is not', () => {
  // the base sways: an arc of 5 cm at the tool's distance from its axis
  const sway = (amplitude: number) => trial((u) => [amplitude * Math.PI * Math.sin(2 * Math.PI * u), 0]);
  const target = sway(0.018);
  const extentM = Math.max(...target.positions.filter((_, k) => k % 3 === 1)) - Math.min(...target.positions.filter((_, k) => k % 3 === 1)); // prettier-ignore
  expect(extentM).toBeGreaterThan(0.03);
  expect(extentM).toBeLessThan(0.06);
  const offset = (m: number) =>
    target.velocities.map((v, k) => (k < 20 && k % 2 === 0 ? v + m / 0.87 / 0.1 : v));
  const { reasons, preview } = gate.judge(target, offset(0.04));
  expect(preview.tcpErrorMeanM).toBeCloseTo(0.04, 2);
  expect(reasons).toMatchObject([{ code: 'score' }]);
  expect(reasons[0].limit).toBeLessThan(0.02);
  expect(gate.judge(target, offset(0.005)).reasons).toEqual([]);
  expect(gate.judge(target, offset(0.04), { maxTcpErrorOfExtent: Infinity }).reasons).toEqual([]);
});

test('workspace, floor and the arm’s own body stop a motion', () => {
  const down = trial(() => [0, -0.45]);
  const strict = (change: object) =>
    new Gate(model, edscorbotPaper, { ...config, ...change }).judge(down, down.velocities).reasons;
  expect(strict({}).map((r) => r.code)).toEqual([]);
  const table = strict({ workspace: { min: [-1, -1, -1], max: [1, 1, 1.3], floor: 0 } });
  expect(table.map((r) => r.code)).toContain('floor');
  const box = strict({ workspace: { min: [-1, -1, 0.2], max: [1, 1, 1.3], floor: null } });
  expect(box).toMatchObject([{ code: 'workspace', joint: 'tool-centre-point z', limit: 0.2 }]);
  // Elbow and pitch folded back, the gripper meets the column when the shoulder leans over.
  const folded = gate.judge(down, down.velocities, { heldUrdf: [-1.9, -1.5, 0] });
  expect(folded.reasons.map((r) => r.code)).toContain('self-collision');
});

test('meshes do where nothing asks for collision shapes, and are refused where something does', () => {
  const meshes = parseUrdf(
    readFileSync(join(root, 'urdf/edscorbot.urdf'), 'utf8').replace(
      '<box size="0.60 0.12 0.16"/>',
      '<mesh filename="package://x/arm.stl"/>',
    ),
  );
  const box = { min: [-1, -1, -1] as const, max: [1, 1, 1.3] as const };
  const open = { ...config, selfCollision: null, workspace: { ...box, floor: null } };
  const target = trial(() => [0.1, 0.1]);
  expect(new Gate(meshes, edscorbotPaper, open).judge(target, target.velocities).accepted).toBe(true);
  for (const change of [{ selfCollision: config.selfCollision }, { workspace: { ...box, floor: 0 } }])
    expect(() => new Gate(meshes, edscorbotPaper, { ...open, ...change })).toThrow(
      /link upper_arm > collision 1/,
    );
});

test('a tool that is turned too far is refused, also where it is in the right place', () => {
  const sixAxis = parseUrdf(readFileSync(join(root, 'urdf/six_axis.urdf'), 'utf8'));
  const profile = urdfProfile(sixAxis, { learned: jointsTo(sixAxis, 'tool0'), tcpLink: 'tool0' });
  const six = new Gate(sixAxis, profile, noLimits, 'tool0');
  // the last joint turns the tool about its own axis: no distance, only an angle
  const spin = (radPerS: number): Float32Array =>
    Float32Array.from({ length: 249 * 6 }, (_, k) => (k % 6 === 5 ? radPerS : k % 6 === 0 ? 0.1 : 0));
  const target = trialFromVelocities(spin(0), profile);
  const turned = six.judge(target, spin(0.4));
  expect(turned.preview.tcpErrorMeanM).toBeLessThan(1e-6);
  // 0.4 rad/s over 249 steps of 0.01 s: on average half of the last angle
  expect(turned.preview.orientationErrorMeanRad).toBeCloseTo((0.4 * 0.01 * 250) / 2, 4);
  expect(turned).toMatchObject({
    accepted: false,
    reasons: [{ code: 'orientation', joint: 'tool', limit: 0.3 }],
  });
  expect(six.judge(target, spin(0.4), { maxOrientationErrorMeanRad: 0.51 }).accepted).toBe(true);
  expect(six.judge(target, spin(0.2)).accepted).toBe(true);
});

test('held joints out of range are found', () => {
  const target = trial(() => [0.1, 0]);
  expect(gate.judge(target, target.velocities, { heldUrdf: [3, 0, 0] }).reasons).toMatchObject([
    { code: 'position-limit', joint: 'elbow', value: 3 },
  ]);
});

test('an approach starts anywhere, ends only inside the limits', () => {
  const good = gate.approach([2.18, 0, 0, 0, 0], [0, 0.2, 0, 0, 0]);
  expect(good.reasons).toEqual([]);
  expect(good.trajectory!.durationS).toBeGreaterThan(2.18);
  expect(gate.approach([0, 0, 0, 0, 0], [0, 1.5, 0, 0, 0]).reasons).toMatchObject([
    { code: 'position-limit', joint: 'shoulder' },
  ]);
  expect(gate.approach([0, NaN, 0, 0, 0], [0, 0, 0, 0, 0]).trajectory).toBeNull();
});

test('the same motion in the other profile ends in the same place', () => {
  const urdf = new Gate(model, edscorbot, config);
  const a = gate.judge(
    trial((u) => [Math.sin(3 * u), 0.2 * u]),
    trial((u) => [Math.sin(3 * u), 0.2 * u]).velocities,
  );
  const b = trial((u) => [-Math.sin(3 * u), -0.2 * u], edscorbot);
  const c = urdf.judge(b, b.velocities);
  expect(c.trajectory!.durationS).toBeCloseTo(a.trajectory!.durationS, 6);
  c.trajectory!.positions.forEach((x, k) => expect(x).toBeCloseTo(a.trajectory!.positions[k], 6));
});

test('whatever is recalled, what the gate lets through keeps every limit, starts and ends at rest', () => {
  const wild = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(wild, wild), { minLength: 1, maxLength: 12 }),
      fc.double({ min: 0.05, max: 60, noNaN: true }),
      fc.double({ min: 0, max: 0.3, noNaN: true }),
      fc.integer(),
      (steps, durationS, noise, seed) => {
        const random = new Random(seed);
        const velocities = Float32Array.from(
          { length: 498 },
          (_, k) => steps[Math.floor(((k >> 1) * steps.length) / 249)][k & 1] + noise * random.gaussian(),
        );
        const target = { ...trialFromVelocities(velocities, edscorbotPaper), durationS };
        const { accepted, reasons, trajectory } = gate.judge(target, velocities);
        expect(accepted).toBe(reasons.length === 0);
        expect(trajectory === null).toBe(!accepted);
        if (!trajectory) return;
        let worst = 0;
        scan(trajectory, 0.003, (_, p, v, a, jerk) =>
          gate.limits.forEach((l, j) => {
            const inside = p[j] >= l.lower - 1e-9 && p[j] <= l.upper + 1e-9 ? 0 : Infinity;
            const ratios = [v[j] / l.velocity, a[j] / l.acceleration, jerk[j] / l.jerk].map(Math.abs);
            worst = Math.max(worst, inside, ...ratios);
          }),
        );
        expect(worst).toBeLessThan(1 + 1e-5);
        const ends = [0, trajectory.durationS].flatMap((t) => {
          const v = new Float64Array(5);
          trajectory.sample(t, new Float64Array(5), v);
          return [...v];
        });
        expect(Math.max(...ends.map(Math.abs))).toBeLessThan(1e-9);
      },
    ),
    { numRuns: 40, interruptAfterTimeLimit: 20000 },
  );
});
