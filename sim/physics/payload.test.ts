import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileNamed } from '../../src/arm/kinematics/profiles';
import { toUrdf } from '../../src/arm/kinematics/profile';
import { type Executed, measureExecuted, shortcoming } from '../../src/arm/preview/executed';
import { trialFromVelocities } from '../../src/arm/target/trial';
import { Trajectory } from '../../src/arm/trajectory/trajectory';
import { stiffServo } from '../servo';
import { positionServo } from './joint_servo';
import { loadMujoco } from './mujoco';
import { PhysicsArm } from './physics_arm';

const urdf = readFileSync(join(__dirname, '..', '..', 'urdf', 'edscorbot.urdf'), 'utf8');
const profile = profileNamed('edscorbot');
const [steps, all, performedS, cycleS] = [249, profile.joints.length, 5, 0.01];
const wave = (k: number): number => 0.6 * Math.sin((2 * Math.PI * (k >> 1)) / steps) * (1 - 0.5 * (k & 1));
const target = trialFromVelocities(Float32Array.from({ length: 2 * steps }, (_, k) => wave(k)), profile); // prettier-ignore

/** The target's own motion, as an arm is given it. */
function command(): Trajectory {
  const rows = steps + 1;
  const dt = performedS / steps;
  const positions = new Float64Array(rows * all);
  for (let k = 0; k < rows; k++)
    toUrdf(profile, k === 0 ? [0, 0] : target.angles.subarray(2 * k - 2, 2 * k), 0, 'angles', positions, all * k); // prettier-ignore
  const velocities = positions.map((_, i) =>
    i < all || i >= steps * all ? 0 : (positions[i + all] - positions[i - all]) / (2 * dt),
  );
  const timesS = Float64Array.from({ length: rows }, (_, k) => k * dt);
  return new Trajectory(profile.joints, timesS, positions, velocities, new Float64Array(rows * all));
}

/** What is told of the performance, and where the tool was as the engine has it. */
async function performed(massKg: number): Promise<{ told: Executed; toolPath: number[][] }> {
  const motion = command();
  const arm = new PhysicsArm(await loadMujoco(), {
    urdf,
    joints: profile.joints,
    servos: profile.joints.map(() => positionServo(stiffServo)),
    others: () => positionServo(stiffServo),
    start: profile.joints.map(() => 0),
    contacts: false,
    ...(massKg > 0 ? { payload: { link: 'end_effector', massKg } } : {}),
  });
  try {
    const [timesS, urdfAngles, toolPath] = [[] as number[], [] as number[], [] as number[][]];
    const [q, v] = [new Float64Array(all), new Float64Array(all)];
    arm.advance(1);
    for (let k = 0; k * cycleS < performedS + 1; k++) {
      timesS.push(k * cycleS);
      urdfAngles.push(...arm.position);
      toolPath.push([...arm.linkPosition('end_effector')]);
      motion.sample(k * cycleS, q, v);
      arm.drive(q, v, cycleS);
      arm.advance(cycleS);
    }
    const stepTimesS = Float64Array.from({ length: steps }, (_, k) => (performedS * (k + 1)) / steps);
    const told = measureExecuted(target, { timesS, urdfAngles }, motion, stepTimesS, target.positions, profile); // prettier-ignore
    return { told, toolPath };
  } finally {
    arm.delete();
  }
}

test('with a payload of 1 kg the error is told, as large as the engine has it; without, it is within 1 cm', async () => {
  const [free, loaded] = [await performed(0), await performed(1)];
  const apart = free.toolPath.map((p, k) => Math.hypot(...p.map((x, c) => x - loaded.toolPath[k][c])));
  const sag = apart.reduce((a, b) => a + b) / apart.length;
  const tolerance = { deviationM: 0.02, delayS: 0.5 };
  expect(free.told.tcpErrorMeanM).toBeLessThan(0.01);
  expect(shortcoming(free.told, tolerance)).toBe('');
  expect(sag).toBeGreaterThan(0.02);
  // joints that do not learn sag as well, and count
  expect(Math.abs(loaded.told.tcpErrorMeanM - sag)).toBeLessThan(0.01 * sag);
  expect(shortcoming(loaded.told, tolerance)).toMatch(/cm/);
});
