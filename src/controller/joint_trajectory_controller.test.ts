import fc from 'fast-check';
import { JointTrajectoryController } from './joint_trajectory_controller.js';
import {
  defaultParameters,
  ErrorCode,
  type ControllerParameters,
  type GoalOutcome,
  type TrajectoryInput,
} from './types.js';

const names = ['base', 'shoulder', 'elbow'];
const joints = names.map((name, j) => ({
  name,
  lowerRad: -1.5,
  upperRad: 1.5,
  velocityRadPerS: 1,
  accelerationRadPerS2: 4 + j,
}));
const dt = 0.01;

/** A controller over an arm that follows its command at once, unless a test holds a joint fast. */
class Bench {
  now = 0;
  outcomes: (GoalOutcome & { id: number })[] = [];
  stuck = false;
  readonly controller: JointTrajectoryController;
  private measured = [0, 0, 0];
  constructor(parameters: Partial<ControllerParameters> = {}) {
    this.controller = new JointTrajectoryController(joints, { ...defaultParameters(3), ...parameters });
    this.controller.activate(0, [0, 0, 0]);
  }
  run(seconds: number): this {
    for (let k = 0; k < Math.round(seconds / dt); k++) {
      this.now += dt;
      const { commandPosition } = this.controller.update(this.now, this.measured, [0, 0, 0]);
      if (!this.stuck) this.measured = [...commandPosition];
    }
    return this;
  }
  follow(input: Partial<TrajectoryInput>, tolerances = {}): number | { code: number; text: string } {
    const id = this.outcomes.length + 1;
    return this.controller.follow(
      { jointNames: names, points: [], ...input },
      this.now,
      (o) => this.outcomes.push({ ...o, id }),
      tolerances,
    );
  }
  get position(): number[] {
    return [...this.controller.state.commandPosition];
  }
}
const point = (
  timeFromStartS: number,
  positions: number[],
  velocities: number[] = [],
  accelerations: number[] = [],
) => ({
  positions,
  velocities,
  accelerations,
  effort: [],
  timeFromStartS,
});
const reach = (p: number, t = 2) => ({ points: [point(t, [p, p / 2, 0], [0, 0, 0])] });

describe('JointTrajectoryController', () => {
  it('holds where it is activated', () => {
    const bench = new Bench();
    bench.controller.activate(0, [0.3, -0.2, 0.1]);
    expect(bench.run(0.5).position).toEqual([0.3, -0.2, 0.1]);
  });

  it('follows a cubic as its formula says and reports success', () => {
    const bench = new Bench();
    expect(bench.follow(reach(0.8))).toBe(1);
    bench.run(1);
    expect(bench.position[0]).toBeCloseTo(0.4, 6); // half way at half time
    expect(bench.controller.state.commandVelocity[0]).toBeCloseTo((1.5 * 0.8) / 2, 3);
    bench.run(1.1);
    expect(bench.position[0]).toBeCloseTo(0.8, 9);
    expect(bench.outcomes).toEqual([{ id: 1, status: 'succeeded', code: 0, text: 'goal reached' }]);
  });

  it('follows linear and quintic segments by what the points give', () => {
    const linear = new Bench();
    linear.follow({ points: [point(1, [0.5, 0, 0]), point(2, [0.5, 0, 0])] });
    expect(linear.run(0.7).position[0]).toBeCloseTo(0.35, 4);
    const quintic = new Bench();
    quintic.follow({ points: [point(2, [0.8, 0, 0], [0, 0, 0], [0, 0, 0])] });
    const tau = 0.25; // 10 t^3 - 15 t^4 + 6 t^5, the minimum-jerk profile
    expect(quintic.run(0.5).position[0]).toBeCloseTo(0.8 * (10 * tau ** 3 - 15 * tau ** 4 + 6 * tau ** 5), 6);
  });

  it('maps joint names in any order', () => {
    const bench = new Bench();
    bench.follow({
      jointNames: ['elbow', 'base', 'shoulder'],
      points: [point(2, [0.3, 0.1, 0.2], [0, 0, 0])],
    });
    const [base, shoulder, elbow] = bench.run(2.1).position;
    expect([base, shoulder, elbow].map((x) => +x.toFixed(6))).toEqual([0.1, 0.2, 0.3]);
  });

  const nan = Number.NaN;
  it.each<[string, Partial<TrajectoryInput>, number, RegExp]>([
    [
      'unknown joint',
      { jointNames: ['base', 'shoulder', 'wrist'], ...reach(0.1) },
      ErrorCode.INVALID_JOINTS,
      /"wrist"/,
    ],
    [
      'duplicate joint',
      { jointNames: ['base', 'base', 'elbow'], ...reach(0.1) },
      ErrorCode.INVALID_JOINTS,
      /more than once/,
    ],
    ['no joints', { jointNames: [], ...reach(0.1) }, ErrorCode.INVALID_JOINTS, /empty/],
    [
      'partial goal',
      { jointNames: ['base'], points: [point(1, [0.1])] },
      ErrorCode.INVALID_JOINTS,
      /shoulder, elbow missing/,
    ],
    ['no points', { points: [] }, ErrorCode.INVALID_GOAL, /empty/],
    ['missing value', { points: [point(1, [0.1, 0])] }, ErrorCode.INVALID_GOAL, /expected 3 values, got 2/],
    [
      'surplus value',
      { points: [point(1, [0.1, 0, 0], [0, 0, 0, 0])] },
      ErrorCode.INVALID_GOAL,
      /velocities: expected 3 values, got 4/,
    ],
    ['no positions', { points: [point(1, [], [0, 0, 0])] }, ErrorCode.INVALID_GOAL, /positions: empty/],
    [
      'unsorted times',
      { points: [point(2, [0.1, 0, 0]), point(1, [0, 0, 0])] },
      ErrorCode.INVALID_GOAL,
      /does not come after/,
    ],
    [
      'equal times',
      { points: [point(1, [0.1, 0, 0]), point(1, [0, 0, 0])] },
      ErrorCode.INVALID_GOAL,
      /does not come after/,
    ],
    ['negative time', { points: [point(-1, [0.1, 0, 0])] }, ErrorCode.INVALID_GOAL, /time_from_start/],
    ['end in the past', { startS: -5, ...reach(0.1) }, ErrorCode.OLD_HEADER_TIMESTAMP, /ended .* s ago/],
    [
      'end velocity',
      { points: [point(2, [0.1, 0, 0], [0.1, 0, 0])] },
      ErrorCode.INVALID_GOAL,
      /end velocity must be 0/,
    ],
    ['NaN', { points: [point(2, [0.1, nan, 0])] }, ErrorCode.INVALID_GOAL, /shoulder is NaN/],
    [
      'infinity',
      { points: [point(2, [0.1, 0, 0], [0, -Infinity, 0])] },
      ErrorCode.INVALID_GOAL,
      /-Infinity|end velocity/,
    ],
    [
      'effort',
      { points: [{ ...point(2, [0.1, 0, 0]), effort: [1, 1, 1] }] },
      ErrorCode.INVALID_GOAL,
      /effort/,
    ],
    [
      'position limit',
      { points: [point(5, [1.6, 0, 0], [0, 0, 0])] },
      ErrorCode.INVALID_GOAL,
      /position limit: base/,
    ],
    [
      'position limit between points',
      { points: [point(2, [1.4, 0, 0], [0.9, 0, 0]), point(3, [1.4, 0, 0], [0, 0, 0])] },
      ErrorCode.INVALID_GOAL,
      /position limit: base/,
    ],
    [
      'velocity limit',
      { points: [point(1, [1.2, 0, 0])] },
      ErrorCode.INVALID_GOAL,
      /velocity limit: base at .* 1.2000 rad\/s exceeds 1/,
    ],
    [
      'acceleration limit',
      { points: [point(0.2, [0.1, 0, 0], [0, 0, 0])] },
      ErrorCode.INVALID_GOAL,
      /acceleration limit: base/,
    ],
    [
      'jump at time 0',
      { points: [point(0, [0.3, 0, 0]), point(1, [0.3, 0, 0])] },
      ErrorCode.INVALID_GOAL,
      /jump/,
    ],
  ])('refuses %s, saying why, and does not move', (_, input, code, text) => {
    const bench = new Bench();
    bench.run(0.1);
    const answer = bench.follow(input);
    expect(answer).toMatchObject({ code, text: expect.stringMatching(text) });
    expect(bench.run(0.5).position).toEqual([0, 0, 0]);
    expect(bench.outcomes).toEqual([]);
  });

  it('takes partial goals, end velocities and velocity-only points where parameters allow them', () => {
    const partial = new Bench({ allowPartialJointsGoal: true });
    partial.follow({ jointNames: ['elbow'], points: [point(1, [0.2], [0])] });
    expect(partial.run(1.1).position.map((x) => +x.toFixed(6))).toEqual([0, 0, 0.2]);
    const flying = new Bench({ allowNonzeroVelocityAtTrajectoryEnd: true });
    flying.follow({ points: [point(1, [0.3, 0, 0], [0.5, 0, 0])] });
    flying.run(2);
    expect(flying.outcomes[0].status).toBe('succeeded');
    // 0.3 + v^2 / 2a, within a cycle's motion
    expect(flying.position[0]).toBeGreaterThan(0.3);
    expect(flying.position[0]).toBeLessThan(0.3 + 0.5 ** 2 / 8 + 0.006);
    const integrating = new Bench({ allowIntegrationInGoalTrajectories: true });
    integrating.follow({
      points: [point(0.5, [], [0.4, 0, 0]), point(1, [], [0.4, 0, 0]), point(1.5, [], [0, 0, 0])],
    });
    expect(integrating.run(2).position[0]).toBeCloseTo(0.1 + 0.2 + 0.1, 6);
  });

  it('replaces a running trajectory: the old goal aborts, the new one succeeds, the command does not jump', () => {
    const bench = new Bench();
    bench.follow(reach(0.8));
    bench.run(1);
    bench.follow(reach(-0.2, 3));
    expect(bench.outcomes[0]).toMatchObject({ id: 1, status: 'aborted', code: ErrorCode.INVALID_GOAL });
    expect(bench.outcomes[0].text).toMatch(/preempted/);
    bench.run(3.1);
    expect(bench.outcomes[1]).toMatchObject({ status: 'succeeded' });
    expect(bench.position[0]).toBeCloseTo(-0.2, 6);
  });

  it('a refused trajectory leaves the running one alone', () => {
    const bench = new Bench();
    bench.follow(reach(0.8));
    bench.run(1);
    expect(bench.follow(reach(Number.NaN))).toMatchObject({ code: ErrorCode.INVALID_GOAL });
    bench.run(1.1);
    expect(bench.outcomes).toHaveLength(1);
    expect(bench.position[0]).toBeCloseTo(0.8, 9);
  });

  it('joins a trajectory that began in the past at the points still ahead', () => {
    const bench = new Bench().run(1);
    const points = [0.5, 1, 1.5, 2, 2.5, 3].map((t) => point(t, [0.1 * t, 0, 0]));
    bench.follow({ startS: bench.now - 1.2, points });
    bench.run(1.9);
    expect(bench.position[0]).toBeCloseTo(0.3, 6);
  });

  it('catches up with a trajectory that it got late, within the limits', () => {
    const bench = new Bench().run(1);
    const points = Array.from({ length: 41 }, (_, k) => point(0.05 * k, [0.6 * (0.05 * k), 0, 0]));
    expect(bench.follow({ startS: bench.now - 0.5, points })).toBe(1);
    bench.run(0.4);
    expect(bench.position[0]).toBeLessThan(0.54 - 0.05); // still behind
    bench.run(0.9);
    expect(bench.position[0]).toBeCloseTo(0.6 * 1.8, 2); // caught up
    bench.run(0.5);
    expect(bench.outcomes[0].status).toBe('succeeded');
  });

  it('takes a start due in a moment from near the command: a measured state differs from it a little', () => {
    const bench = new Bench();
    const points = [point(0, [0.015, 0, 0], [0, 0, 0]), point(1.5, [0.3, 0, 0], [0, 0, 0])];
    expect(bench.follow({ startS: bench.now + 0.001, points })).toBe(1);
    bench.run(1.6);
    expect(bench.outcomes[0].status).toBe('succeeded');
    expect(bench.position[0]).toBeCloseTo(0.3, 3);
    const far = [point(0, [0.5, 0, 0], [0, 0, 0]), point(1.5, [0.3, 0, 0], [0, 0, 0])];
    expect(bench.follow({ startS: bench.now + 0.001, points: far })).toMatchObject({
      text: expect.stringMatching(/limit/),
    });
  });

  it('takes a stop that was worked out from a state of a moment ago', () => {
    const bench = new Bench();
    bench.follow(reach(0.8));
    bench.run(1);
    const [p] = bench.position;
    // Braking from 0.6 rad/s, seen 50 ms ago: it starts 0.03 rad behind the command.
    const late = p - 0.03;
    const points = [point(0.05, [late, 0, 0], [0.6, 0, 0]), point(0.3, [late + 0.075, 0, 0], [0, 0, 0])];
    expect(bench.follow({ points })).toBe(2);
    bench.run(1);
    expect(bench.controller.still).toBe(true);
    expect(Math.abs(bench.position[0] - p)).toBeLessThan(0.1);
  });

  it('cancel brakes from the last command with the acceleration limit and holds', () => {
    const bench = new Bench();
    const id = bench.follow(reach(0.8)) as number;
    bench.run(1);
    const [p] = bench.position;
    const v = bench.controller.state.commandVelocity[0];
    expect(bench.controller.cancel(id)).toBe(true);
    expect(bench.controller.cancel(id)).toBe(false);
    expect(bench.outcomes[0].status).toBe('canceled');
    bench.run(1);
    expect(bench.position[0] - p).toBeLessThanOrEqual(v ** 2 / 8);
    expect(bench.position[0] - p).toBeGreaterThan(v ** 2 / 8 - v * dt);
    expect(bench.controller.still).toBe(true);
  });

  it('aborts on path, goal and time tolerances', () => {
    const path = new Bench({ pathToleranceRad: [0.05, 0.05, 0.05] });
    path.stuck = true;
    path.follow(reach(0.8));
    path.run(2);
    expect(path.outcomes[0]).toMatchObject({ status: 'aborted', code: ErrorCode.PATH_TOLERANCE_VIOLATED });
    expect(path.outcomes[0].text).toMatch(/base: position error 0.05/);
    const goal = new Bench();
    goal.stuck = true;
    goal.follow(reach(0.8), {
      goal: [{ name: 'base', position: 0.01, velocity: 0, acceleration: 0 }],
      goalTimeS: 0.3,
    });
    goal.run(2.2);
    expect(goal.outcomes).toEqual([]);
    goal.run(0.2);
    expect(goal.outcomes[0]).toMatchObject({ status: 'aborted', code: ErrorCode.GOAL_TOLERANCE_VIOLATED });
    const timeout = new Bench({ cmdTimeoutS: 0.5, goalToleranceRad: [0.01, 0.01, 0.01] });
    timeout.stuck = true;
    timeout.follow(reach(0.8));
    timeout.run(2.6);
    expect(timeout.outcomes[0].text).toMatch(/command timeout/);
  });

  it('refuses tolerances of unknown joints and illegal values', () => {
    const bench = new Bench();
    const tolerance = (name: string, position: number) => ({
      path: [{ name, position, velocity: 0, acceleration: 0 }],
    });
    expect(bench.follow(reach(0.2), tolerance('wrist', 0.1))).toMatchObject({
      code: ErrorCode.INVALID_JOINTS,
    });
    expect(bench.follow(reach(0.2), tolerance('base', -2))).toMatchObject({ code: ErrorCode.INVALID_GOAL });
    expect(bench.follow(reach(0.2), tolerance('base', -1))).toBe(1);
  });

  it('streams velocities, brakes when they cease, ignores bad ones', () => {
    const bench = new Bench({ velocityTimeoutS: 0.1 });
    for (let k = 0; k < 50; k++) {
      expect(bench.controller.commandVelocity([0.5, 0, 0], bench.now)).toBeUndefined();
      bench.run(dt);
    }
    expect(bench.controller.state.commandVelocity[0]).toBeCloseTo(0.5, 9);
    expect(bench.follow(reach(0.2))).toMatchObject({ text: expect.stringMatching(/velocity stream/) });
    // Bad messages do not feed the watchdog: 0.1 s later it brakes, 0.5 / 4 s after that it stands.
    for (let k = 0; k < 30; k++) {
      expect(bench.controller.commandVelocity([Number.NaN, 0, 0], bench.now)?.text).toMatch(/base is NaN/);
      expect(bench.controller.commandVelocity([0.5], bench.now)?.text).toMatch(/expected 3/);
      bench.run(dt);
    }
    expect(bench.controller.still).toBe(true);
    expect(bench.follow(reach(0.5))).toBe(1);
    expect(bench.controller.commandVelocity([0.1, 0, 0], bench.now)?.text).toMatch(/trajectory is running/);
  });

  it('stop brakes, latches and needs a reset; a stream that never paused stays without effect', () => {
    const bench = new Bench();
    bench.follow(reach(0.8));
    bench.run(1);
    bench.controller.stop('button');
    expect(bench.outcomes[0]).toMatchObject({ status: 'aborted', text: 'stopped: button' });
    expect(bench.controller.reset()).toMatch(/braking/);
    bench.run(0.5);
    const [held] = bench.position;
    expect(bench.follow(reach(0.2))).toMatchObject({ text: expect.stringMatching(/stopped: button/) });
    expect(bench.controller.commandVelocity([0.2, 0, 0], bench.now)?.text).toMatch(/stopped/);
    expect(bench.controller.reset()).toBeUndefined();
    for (let k = 0; k < 20; k++) {
      expect(bench.controller.commandVelocity([0.2, 0, 0], bench.now)).toBeDefined();
      bench.run(dt);
    }
    expect(bench.position[0]).toBe(held);
    bench.run(0.2);
    expect(bench.controller.commandVelocity([0.2, 0, 0], bench.now)).toBeUndefined();
    expect(bench.run(0.1).position[0]).toBeGreaterThan(held);
  });

  it('stops when measured states grow old', () => {
    const bench = new Bench({ stateTimeoutS: 0.2 });
    bench.controller.update(bench.now + 0.01, [0, 0, 0], [0, 0, 0], bench.now - 0.3);
    expect(bench.controller.stopReason).toMatch(/joint states are 0.31 s old/);
  });

  it('after a gap between cycles the motion goes on from where it was', () => {
    const bench = new Bench();
    bench.follow(reach(0.8));
    bench.run(1);
    const [before] = bench.position;
    bench.now += 5;
    bench.run(dt);
    expect(Math.abs(bench.position[0] - before)).toBeLessThan(0.05);
    bench.run(1.5);
    expect(bench.position[0]).toBeCloseTo(0.8, 6);
  });

  it('no sequence of commands, gaps, cancels, stops and bad messages exceeds a limit or jumps', () => {
    const value = fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: -1.6, max: 1.6, noNaN: true }) },
      fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e300, 0),
    );
    const list = fc.oneof(
      { weight: 5, arbitrary: fc.array(value, { minLength: 3, maxLength: 3 }) },
      fc.array(value, { maxLength: 4 }),
      fc.constant<number[]>([]),
    );
    const anyPoint = fc.record({
      positions: list,
      velocities: fc.oneof(list, fc.constant<number[]>([])),
      accelerations: fc.oneof(list, fc.constant<number[]>([])),
      effort: fc.constant<number[]>([]),
      timeFromStartS: fc.oneof(
        fc.double({ min: 0, max: 4, noNaN: true }),
        fc.constantFrom(0, -1, Number.NaN),
      ),
    });
    const sane = fc
      .tuple(
        fc.array(fc.double({ min: -1.4, max: 1.4, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.boolean(),
      )
      .map(([positions, t, still]) => [
        point(t, positions, still ? [0, 0, 0] : []),
        point(
          t + 1,
          positions.map((x) => x * 0.9),
          still ? [0, 0, 0] : [],
        ),
      ]);
    const event = fc.oneof(
      fc.record({
        kind: fc.constant('trajectory' as const),
        startS: fc.oneof(fc.constant(undefined), fc.double({ min: -2, max: 2, noNaN: true })),
        points: fc.oneof(sane, fc.array(anyPoint, { maxLength: 5 })),
      }),
      fc.record({
        kind: fc.constant('velocity' as const),
        data: fc.array(value, { minLength: 3, maxLength: 3 }),
        repeat: fc.integer({ min: 1, max: 30 }),
      }),
      fc.record({ kind: fc.constantFrom('cancel' as const, 'stop' as const, 'reset' as const) }),
      fc.record({ kind: fc.constant('gap' as const), seconds: fc.double({ min: 0, max: 2, noNaN: true }) }),
      fc.record({
        kind: fc.constant('run' as const),
        cycles: fc.array(fc.double({ min: 0.002, max: 0.03, noNaN: true }), { maxLength: 40 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), fc.boolean(), (events, permissive) => {
        const p = {
          ...defaultParameters(3),
          allowNonzeroVelocityAtTrajectoryEnd: permissive,
          allowIntegrationInGoalTrajectories: permissive,
        };
        const controller = new JointTrajectoryController(joints, p);
        controller.activate(0, [0, 0, 0]);
        let now = 0;
        let last = [0, 0, 0];
        const speed = [0, 0, 0];
        let updated = 0;
        const cycle = (seconds: number) => {
          now += seconds;
          const command = [...controller.update(now, last, speed).commandPosition];
          const since = now - updated;
          if (since < 1e-4) return expect(command).toEqual(last);
          updated = now;
          // After a stall the arm stands: from rest, and no more than one longest cycle's motion.
          const stalled = since > p.maxStepS;
          const step = stalled ? p.maxStepS : since;
          command.forEach((c, j) => {
            const v = (c - last[j]) / step;
            expect(Number.isFinite(c)).toBe(true);
            expect(Math.abs(c)).toBeLessThanOrEqual(1.5);
            expect(Math.abs(v)).toBeLessThanOrEqual(1 + 1e-9);
            expect(Math.abs(v - (stalled ? 0 : speed[j]))).toBeLessThanOrEqual((4 + j) * step + 1e-9);
            speed[j] = v;
          });
          last = command;
        };
        for (const e of events) {
          if (e.kind === 'trajectory')
            controller.follow(
              {
                jointNames: names,
                points: e.points,
                startS: e.startS === undefined ? undefined : now + e.startS,
              },
              now,
            );
          else if (e.kind === 'velocity')
            for (let k = 0; k < e.repeat; k++) {
              controller.commandVelocity(e.data, now);
              cycle(0.01);
            }
          else if (e.kind === 'cancel') for (let id = 0; id < 30; id++) controller.cancel(id);
          else if (e.kind === 'stop') controller.stop('test');
          else if (e.kind === 'reset') controller.reset();
          else if (e.kind === 'gap') cycle(e.seconds);
          else if (e.kind === 'run') e.cycles.forEach(cycle);
          cycle(0.01);
        }
      }),
      { numRuns: 200 },
    );
  }, 120000);
});
