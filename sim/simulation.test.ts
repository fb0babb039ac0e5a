import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JointTrajectoryController } from '../src/controller/joint_trajectory_controller';
import { defaultParameters } from '../src/controller/types';
import { Random } from '../src/kernels/random';
import { positionServo } from './physics/joint_servo';
import { loadMujoco, type Mujoco } from './physics/mujoco';
import { PhysicsArm } from './physics/physics_arm';
import { ServoArm, stiffServo } from './servo';
import { Simulation } from './simulation';
import { type SimulatedArm, STEP_S } from './simulated_arm';

const urdf = readFileSync(join(__dirname, '..', 'urdf', 'edscorbot.urdf'), 'utf8');
const names = ['base_joint', 'shoulder', 'elbow'];
const start = [0.1, -0.2, 0.3];
const periodS = 10 * STEP_S;
let mujoco: Mujoco;
beforeAll(async () => {
  mujoco = await loadMujoco();
});

const controller = (): JointTrajectoryController =>
  new JointTrajectoryController(
    names.map((name) => ({
      name,
      lowerRad: -2,
      upperRad: 2,
      velocityRadPerS: 1,
      accelerationRadPerS2: 4,
    })),
    defaultParameters(names.length),
  );

function simulation(physics: boolean, ownTime: boolean): Simulation {
  const makeArm = () =>
    physics
      ? new PhysicsArm(mujoco, {
          urdf,
          joints: names,
          start,
          servos: names.map(() => positionServo(stiffServo)),
          others: () => positionServo(stiffServo),
          positionNoiseRad: 1e-4,
          random: new Random(3),
        })
      : new ServoArm(
          names.map(() => stiffServo),
          start,
        );
  return new Simulation({ core: controller(), makeArm, start, periodS, ownTime }, 0);
}

const core = (s: Simulation) =>
  (s as unknown as { options: { core: JointTrajectoryController } }).options.core;
const reach = (s: Simulation, to: readonly number[], timeFromStartS: number): unknown =>
  core(s).follow(
    {
      jointNames: names,
      points: [{ positions: to, velocities: [0, 0, 0], accelerations: [], effort: [], timeFromStartS }],
    },
    s.timeS,
  );

test('stepped, the arm of a simulation that gives the time moves only by steps, and the same way each time', () => {
  const s = simulation(true, true);
  s.pause(true);
  s.run(100);
  expect(s.timeS).toBe(0);
  const performed = (): number[] => {
    expect(reach(s, [0.4, 0, 0], 1)).toEqual(expect.any(Number));
    const positions: number[] = [];
    for (let k = 0; k < 120; k++) {
      s.step();
      positions.push(...s.arm.position);
    }
    return positions;
  };
  const first = performed();
  expect(s.timeS).toBeCloseTo(1.2, 12);
  expect(Math.abs(s.arm.position[0] - 0.4)).toBeLessThan(2e-3);
  s.reset();
  expect(s.timeS).toBeCloseTo(1.2, 12); // time never goes back
  const second = performed();
  // the controller's clock went on, so its arithmetic differs in the last digits
  expect(Math.max(...second.map((q, i) => Math.abs(q - first[i])))).toBeLessThan(1e-9);
});

test('a simulation that keeps to the clock runs what is due, makes up for a hold-up, and tells what it lost', () => {
  const s = simulation(false, false);
  for (let now = 0.01; now < 1; now += 0.01) s.run(now);
  expect(s.timeS).toBeCloseTo(0.99, 6);
  expect(s.report(1)).toEqual({ realTimeFactor: expect.closeTo(1, 1), overruns: 0, lostS: 0 });
  s.run(1.3);
  expect(s.timeS).toBeCloseTo(1.3, 6);
  s.run(3.3);
  const { realTimeFactor, overruns, lostS } = s.report(3.3);
  expect(overruns).toBe(2);
  expect(lostS).toBeCloseTo(1.5, 1);
  expect(realTimeFactor).toBeCloseTo((3.3 - 1 - 1.5) / 2.3, 1);
  expect(() => s.pause(true)).toThrow(/publish_clock/);
  expect(() => s.step()).toThrow(/publish_clock/);
});

test('free drive: motions are refused, the arm is led, and afterwards held where it is; stop ends it and latches', () => {
  const s = simulation(true, true);
  s.pause(true);
  const run = (n: number): void => {
    for (let k = 0; k < n; k++) s.step();
  };
  reach(s, [0.5, 0, 0], 1);
  run(20);
  s.freeDrive(true);
  expect(reach(s, [0, 0, 0], 1)).toMatchObject({ text: expect.stringMatching(/not active/) });
  s.applyWrench('end_effector', [0, 15, 0], [0, 0, 0], 0.5);
  run(150);
  const led = [...s.arm.position];
  expect(Math.abs(led[0] - start[0])).toBeGreaterThan(0.1);
  expect([...core(s).state.actualPosition]).toEqual(led); // told all the while
  s.freeDrive(false);
  run(100);
  led.forEach((q, j) => expect(Math.abs(s.arm.position[j] - q)).toBeLessThan(0.05));

  s.freeDrive(true);
  s.stop('a test');
  expect(s.freeDriving).toBe(false);
  expect(core(s).stopReason).toBe('a test');
  expect(() => s.freeDrive(true)).toThrow(/not stopped/);
  s.reset();
  expect(core(s).stopReason).toBe('a test'); // only ~/reset releases it
});

test('an arm of servos has no masses to lead or push, and says so', () => {
  const s = simulation(false, true);
  expect(() => s.freeDrive(true)).toThrow(/physics: mujoco/);
  expect(() => s.applyWrench('x', [1, 0, 0], [0, 0, 0], 1)).toThrow(/physics: mujoco/);
  expect(() => s.step()).toThrow(/paused/);
  s.reset();
  expect([...s.arm.position]).toEqual(start);
});

test('another arm takes the place of one that stands, where it stands, and is the same at every reset; never one that moves', () => {
  const s = simulation(false, true);
  s.pause(true);
  const run = (n: number): void => {
    for (let k = 0; k < n; k++) s.step();
  };
  const { makeArm } = (simulation(true, true) as unknown as { options: { makeArm: () => SimulatedArm } })
    .options;
  run(2);
  reach(s, [0.4, 0, 0], 1);
  run(20);
  expect(() => s.exchange(makeArm)).toThrow(/stands/);
  run(120);
  const stood = [...s.arm.position];
  s.exchange(makeArm);
  expect([...s.arm.position].map((q, j) => Math.abs(q - stood[j]) < 1e-3)).toEqual([true, true, true]);
  run(50);
  stood.forEach((q, j) => expect(Math.abs(s.arm.position[j] - q)).toBeLessThan(2e-3));
  s.freeDrive(true);
  expect(() => s.exchange(makeArm)).toThrow(/stands/);
  s.reset();
  const once = [...s.arm.position];
  run(10);
  s.reset();
  expect([...s.arm.position]).toEqual(once);
});

test('a wrench that is none is refused', () => {
  const s = simulation(true, false);
  expect(() => s.applyWrench('wing', [1, 0, 0], [0, 0, 0], 1)).toThrow(/link/);
  expect(() => s.applyWrench('end_effector', [NaN, 0, 0], [0, 0, 0], 1)).toThrow(/finite/);
  expect(() => s.applyWrench('end_effector', [1, 0, 0], [0, 0, 0], 0)).toThrow(/duration/);
});
