import { scan } from '../../src/arm/trajectory/peaks.js';
import { parseTarget } from '../../src/arm/target/parse.js';
import { trialTarget } from '../../src/arm/target/trial.js';
import { anglesAt, lessonsOf } from '../../src/lesson/sequence.js';
import { lessonReport, type LessonReport } from '../../src/cli/learn/report.js';
import { type Arm, armOfDescription, readArm } from '../../src/files/arms.js';
import { readWeightsFor } from '../../src/files/weights_for_arm.js';
import { synapsesFor } from '../../src/lesson/backend.js';
import { teachSequence } from '../../src/lesson/lesson.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';
import { oneshotArm, temporaryFolder } from '../cli/run.js';
import { madeUpArm } from './made_up_arm.js';

const folder = temporaryFolder();
type Target = Parameters<typeof parseTarget>[0] & { dt: number };

/** What `learn ARGS --json -` prints of a target. */
async function learn(target: object, ...args: string[]): Promise<LessonReport> {
  const { code, stdout, stderr } = await oneshotArm(
    ['learn', '-', ...args, '--json', '-'],
    JSON.stringify(target),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as LessonReport;
}

/** Tool poses (12 numbers) of a report's recall and of its target, each at the report's times. */
function poses(
  report: LessonReport,
  arm: Arm,
  target: Target,
): { wanted: Float64Array[]; got: Float64Array[] } {
  const { profile } = arm;
  const { timesS, positions } = report.recall;
  const parsed = parseTarget(target, profile);
  const fine = trialTarget(parsed, profile, { steps: 4000, stepS: report.target.durationS / 4000 });
  const angles = anglesAt(fine, fine.velocities, Float64Array.from(timesS));
  const pose = (q: ArrayLike<number>): Float64Array => {
    const out = new Float64Array(12);
    profile.pose(Float64Array.from(q), 0, out, 0);
    return out;
  };
  const n = profile.learned;
  return {
    wanted: timesS.map((_, k) => pose(angles.slice(k * n, (k + 1) * n))),
    got: positions.map(pose),
  };
}

/** The report's own numbers against what follows from its recall, its target and the arm's kinematics alone. */
function check(report: LessonReport, arm: Arm, target: Target, durationS: number): void {
  const { joints, timesS, positions, velocities, stepS } = report.recall;
  const n = arm.profile.learned;
  expect(joints).toEqual(arm.profile.joints.slice(0, n));
  expect(positions).toHaveLength(timesS.length);
  expect(velocities).toHaveLength(timesS.length - 1);
  expect(timesS[0]).toBe(0);
  expect(timesS[timesS.length - 1]).toBeCloseTo(durationS, 9);
  timesS.slice(1).forEach((t, k) => expect(t).toBeGreaterThan(timesS[k]));
  // positions are the velocities integrated, from where the motion begins
  const q = [...positions[0]];
  velocities.forEach((row, k) => {
    row.forEach((v, j) => (q[j] += stepS * v));
    if (k % 50 === 0 || k === velocities.length - 1)
      q.forEach((x, j) => expect(positions[k + 1][j]).toBeCloseTo(x, 4));
  });
  const { wanted, got } = poses(report, arm, target);
  const steps = positions.length - 1;
  let [sum, largest, turned, lengthM] = [0, 0, 0, 0];
  for (let k = 1; k <= steps; k++) {
    const [a, b] = [wanted[k], got[k]];
    const error = Math.hypot(a[9] - b[9], a[10] - b[10], a[11] - b[11]);
    sum += error / steps;
    largest = Math.max(largest, error);
    let trace = 0; // the angle of a rotation from its trace
    for (let c = 0; c < 9; c++) trace += a[c] * b[c];
    turned += Math.acos(Math.max(-1, Math.min(1, (trace - 1) / 2))) / steps;
    if (k > 1) lengthM += Math.hypot(...[9, 10, 11].map((c) => a[c] - wanted[k - 1][c]));
  }
  const { after } = report;
  expect(Math.abs(after.tcpErrorMeanM - sum)).toBeLessThan(1e-4);
  expect(Math.abs(after.tcpErrorMaxM - largest)).toBeLessThan(3e-4);
  expect(Math.abs(after.tcpErrorPercentOfPath! - (100 * sum) / lengthM)).toBeLessThan(0.05);
  expect(Math.abs(after.orientationErrorMeanRad - turned)).toBeLessThan(1e-3);
  expect(after.velocityRmseRadPerS).toHaveLength(n);
  expect(after.tcpErrorPercentOfPath!).toBeLessThan(3);
}

/** Angles of all joints at each of count + 1 times: sines of so many cycles around where the arm starts. */
const sines = ({ profile }: Arm, count: number, cycles: number, size: number): number[][] =>
  Array.from({ length: count + 1 }, (_, k) =>
    profile.startAngles.map(
      (q, j) =>
        q + (size * (1 + (j % 3)) * (Math.sin((2 * Math.PI * cycles * k) / count + j) - Math.sin(j))) / 3,
    ),
  );

describe('learn --json', () => {
  const six = readArm({ arm: 'six_axis' });
  const made = armOfDescription(madeUpArm(7, 3), {});

  test('joints of a packaged arm, one lesson, in the target’s own time', async () => {
    const target = { dt: 0.05, joints: six.profile.joints.slice(0, 6), positions: sines(six, 80, 1, 0.3) };
    const report = await learn(target, '--arm', 'six_axis');
    expect(report.lessons).toBe(1);
    check(report, six, target, 4);
  });

  test('several lessons: the same fields, about the whole motion', async () => {
    const target = { dt: 0.05, joints: six.profile.joints.slice(0, 6), positions: sines(six, 220, 5, 0.25) };
    const report = await learn(target, '--arm', 'six_axis');
    expect(report.lessons).toBeGreaterThan(2);
    check(report, six, target, 11);
  });

  test('fewer joints, in another order, in their own sense', async () => {
    const joints = ['wrist_1_joint', 'shoulder_pan_joint'];
    const arm = readArm({ arm: 'six_axis', joints });
    const target = { dt: 0.04, joints, positions: sines(arm, 50, 1, 0.4) };
    const report = await learn(target, '--arm', 'six_axis', '--joints', joints.join(','));
    check(report, arm, target, 2);
  });

  test('a tool path on an arm of one’s own, from its URDF file', async () => {
    const file = folder.file('made.urdf', madeUpArm(7, 3));
    const home = [0, 0, 0];
    made.profile.forward(made.profile.startAngles, 0, home, 0);
    const path = Array.from({ length: 61 }, (_, k) => {
      const turn = (2 * Math.PI * k) / 60;
      return [home[0] + 0.08 * Math.sin(turn), home[1], home[2] + 0.08 * (Math.cos(turn) - 1)];
    });
    const target = { dt: 0.05, path };
    const report = await learn(target, '--arm', file, '--tcp-link', 'tool0');
    check(report, made, target, 3);
    expect(report.target.residualM!).toBeLessThan(1e-6);
    // the recalled tool is near the points that were given
    const out = [0, 0, 0];
    const { timesS, positions } = report.recall;
    for (const [k, point] of path.entries()) {
      const at = timesS.findIndex((t) => t >= 0.05 * k - 1e-9);
      made.profile.forward(positions[at], 0, out, 0);
      expect(Math.hypot(...out.map((x, c) => x - point[c]))).toBeLessThan(0.03);
    }
  });

  test('tool poses', async () => {
    const out = new Float64Array(12);
    const list = sines(six, 60, 0.5, 0.2).map((q) => {
      six.profile.pose(q, 0, out, 0);
      // a quaternion of a rotation by less than half a turn from the identity's axes (Shepperd, largest part first)
      const m = out;
      const parts = [m[0] - m[4] - m[8], m[4] - m[0] - m[8], m[8] - m[0] - m[4], m[0] + m[4] + m[8]];
      const i = parts.indexOf(Math.max(...parts));
      const s = Math.sqrt(1 + parts[i]) / 2;
      const d = 0.25 / s;
      const rows = [
        [s, (m[1] + m[3]) * d, (m[2] + m[6]) * d, (m[7] - m[5]) * d],
        [(m[1] + m[3]) * d, s, (m[5] + m[7]) * d, (m[2] - m[6]) * d],
        [(m[2] + m[6]) * d, (m[5] + m[7]) * d, s, (m[3] - m[1]) * d],
        [(m[7] - m[5]) * d, (m[2] - m[6]) * d, (m[3] - m[1]) * d, s],
      ];
      return [m[9], m[10], m[11], ...rows[i]];
    });
    const target = { dt: 0.05, poses: list };
    const report = await learn(target, '--arm', 'six_axis');
    check(report, six, target, 3);
    expect(report.after.orientationErrorMeanRad).toBeGreaterThan(0);
  });
});

test.each([11, 60])(
  'a motion of %d s on the six-axis arm: lessons performed as one, without a jump of position or velocity',
  async (durationS) => {
    const arm = readArm({ arm: 'six_axis' });
    const { profile, gate } = arm;
    const rows = 40 * durationS;
    const timesS = Float64Array.from({ length: rows + 1 }, (_, k) => (durationS * k) / rows);
    const angles = Float64Array.from(sines(arm, rows, durationS / 7, 0.3).flat());
    const target = { kind: 'joints' as const, joints: profile.joints.slice(0, 6), timesS, angles };
    const { weights } = readWeightsFor(arm);
    const learner = new MotorLearner(weights, await synapsesFor('software', 5), 5);
    const sequence = lessonsOf(target, profile, learner.config);
    const lesson = teachSequence(learner, sequence, profile);
    const judgement = gate.judge(sequence.whole, lesson.velocities);
    const file = { target, rows, dtS: durationS / rows, jitterS: null } as never;
    const report = lessonReport({
      ...{ backend: 'software', seed: 5, weights: '', sequence, file, lesson, judgement },
    });
    expect(report.lessons).toBeGreaterThan(1);
    expect(report.after.tcpErrorPercentOfPath!).toBeLessThan(2);
    expect(judgement.reasons).toEqual([]);
    const trajectory = judgement.trajectory!;
    const { steps } = sequence.whole;
    const joins = sequence.lessons
      .flatMap(({ fromS, toS }) => [fromS, toS])
      .map((t) => {
        const step = Math.min(steps, Math.max(1, Math.round((t / durationS) * steps)));
        return judgement.stepTimesS[step - 1];
      });
    const eps = 1e-10;
    const [a, b, v, w] = [0, 1, 2, 3].map(() => new Float64Array(6));
    for (const t of [...joins, ...trajectory.timesS]) {
      const [from, to] = [Math.max(0, t - eps), Math.min(trajectory.durationS, t + eps)];
      trajectory.sample(from, a, v);
      trajectory.sample(to, b, w);
      for (let j = 0; j < 6; j++) {
        // beyond what the joint covers meanwhile
        expect(Math.abs(b[j] - a[j]) - Math.abs(v[j]) * (to - from)).toBeLessThan(1e-9);
        expect(Math.abs(w[j] - v[j])).toBeLessThan(gate.limits[j].acceleration * (to - from) + 1e-9);
      }
    }
    let worst = 0;
    scan(trajectory, 0.003, (_, __, speed, acceleration) =>
      gate.limits.forEach((l, j) => {
        worst = Math.max(worst, Math.abs(speed[j]) / l.velocity, Math.abs(acceleration[j]) / l.acceleration);
      }),
    );
    expect(worst).toBeLessThan(1 + 1e-5);
  },
  120000,
);
