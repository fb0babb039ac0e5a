import fc from 'fast-check';
import { approachMove } from '../../arm/trajectory/moves.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import { ActionOutput } from './action_output.js';
import { TrajectoryOutput } from './trajectory_output.js';
import { VelocityOutput } from './velocity_output.js';

const limits = ['a', 'b'].map((name) => ({
  name,
  lower: -1,
  upper: 1,
  velocity: 1,
  acceleration: 4,
  jerk: 100,
}));
const motion = approachMove([0, 0], [0.5, -0.5], limits, 0.5);
type Sent = { motion: Trajectory; startS: number; stop?: boolean };

describe('trajectory output', () => {
  test('motions go out as they are, and a stop says that it is one', () => {
    const sent: Sent[] = [];
    const output = new TrajectoryOutput(
      { unavailable: () => '', send: (m, startS, stop) => sent.push({ motion: m, startS, stop }) },
      limits,
    );
    output.begin(motion, 12);
    expect(output.brake(motion, -Infinity)).toBe('');
    expect(sent.map(({ startS, stop }) => [startS, stop])).toEqual([
      [12, undefined],
      [-Infinity, true],
    ]);
  });

  test('a stop that cannot be sent says why', () => {
    const sent: Sent[] = [];
    let missing = 'nobody listens';
    const output = new TrajectoryOutput(
      { unavailable: () => missing, send: (m, startS) => sent.push({ motion: m, startS }) },
      limits,
    );
    expect(output.brake(motion, -Infinity)).toBe('nobody listens');
    missing = '';
    expect(output.brake(null, -Infinity)).toMatch(/not known/);
    expect(sent).toEqual([]);
  });

  test('whatever is streamed, each piece goes on from there, ends at rest and stays within the limits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.99, max: 0.99, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (p, v) => {
          // only as fast as still allows a stop, as the limiter lets it out
          const room = v > 0 ? 1 - p : 1 + p;
          const speed = Math.sign(v) * Math.min(Math.abs(v), Math.sqrt(2 * 4 * room));
          let piece: Trajectory | undefined;
          const output = new TrajectoryOutput({ unavailable: () => '', send: (m) => (piece = m) }, limits);
          output.stream(1, 0.01, Float64Array.of(p, 0), Float64Array.of(speed, 0.1));
          expect(piece).toBeDefined();
          const made = piece as Trajectory;
          const [at, fast] = [new Float64Array(2), new Float64Array(2)];
          for (let k = 0; k <= 50; k++) {
            made.sample(k < 50 ? (made.durationS * k) / 50 : made.durationS, at, fast);
            expect(Math.abs(at[0])).toBeLessThan(1 + 1e-3);
            expect(Math.abs(fast[0])).toBeLessThan(1 + 1e-3);
          }
          expect(Array.from(fast)).toEqual([0, 0]);
          expect(made.positions[0]).toBe(p);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('action output', () => {
  /** What the server got, and how a goal's end is told. */
  function make() {
    const goals: (Sent & { end: (ok: boolean, reason: string) => void; canceled: boolean })[] = [];
    let all = 0;
    const output = new ActionOutput(
      {
        unavailable: () => '',
        send(m, startS, end, stop) {
          const goal = { motion: m, startS, stop, end, canceled: false };
          goals.push(goal);
          return { cancel: () => (goal.canceled = true) };
        },
        cancelAll: () => all++,
      },
      { unavailable: () => '', send: () => undefined },
      limits,
    );
    return { output, goals, canceledAll: () => all };
  }

  test('it gets to know how a motion ended, and why', () => {
    const { output, goals } = make();
    output.begin(motion, 1);
    expect(output.result()).toBeNull();
    goals[0].end(false, 'the controller rejected the goal');
    expect(output.result()).toEqual({ ok: false, reason: 'the controller rejected the goal' });
    output.begin(motion, 2);
    expect(output.result()).toBeNull();
  });

  test('what an earlier goal says late does not end the present one', () => {
    const { output, goals } = make();
    output.begin(motion, 1);
    output.begin(motion, 2);
    goals[0].end(false, 'preempted');
    expect(output.result()).toBeNull();
  });

  test('a stop takes the place of the goal; where it is refused all goals are cancelled, whoever sent them', () => {
    const { output, goals, canceledAll } = make();
    output.begin(motion, 1);
    expect(output.brake(motion, -Infinity)).toBe('');
    expect(goals[1].stop).toBe(true);
    expect(goals[0].canceled).toBe(false);
    goals[1].end(false, 'refused');
    expect(goals[0].canceled).toBe(true);
    expect(canceledAll()).toBe(1);
  });

  test('where nobody knows where the arm is, what can be cancelled is', () => {
    const { output, canceledAll } = make();
    expect(output.brake(null, -Infinity)).toBe('');
    expect(canceledAll()).toBe(1);
  });
});

describe('velocity output', () => {
  /** An output and what it told the controller last. */
  function make() {
    const told = new Float64Array(2);
    const port = { unavailable: () => '', send: (v: Float64Array) => told.set(v) };
    return { output: new VelocityOutput(port, limits, 4), told };
  }

  test('begins with zeros, then follows within the acceleration limits and corrects what is measured', () => {
    const { output, told } = make();
    const where = new Float64Array(2);
    const zeros = [0, 1].map((k) => {
      output.stream(0.01 * k, 0.01, Float64Array.of(0.5, 0), Float64Array.of(0.3, 0), where, false);
      return told[0];
    });
    expect(zeros).toEqual([0, 0]);
    let before = 0;
    for (let k = 2; k < 60; k++) {
      output.stream(0.01 * k, 0.01, Float64Array.of(0.1, 0), Float64Array.of(0.3, 0), where, false);
      expect(Math.abs(told[0] - before)).toBeLessThanOrEqual(4 * 0.01 + 1e-12);
      before = told[0];
    }
    // its own velocity and 4 / s times 0.1 rad
    expect(told[0]).toBeCloseTo(0.7, 6);
  });

  test('while it brakes no joint becomes faster, nor turns, whatever is measured', () => {
    const { output, told } = make();
    for (let k = 0; k < 60; k++)
      output.stream(
        0.01 * k,
        0.01,
        new Float64Array(2),
        Float64Array.of(0.5, -0.5),
        new Float64Array(2),
        false,
      );
    output.brake(motion);
    let before = told.slice();
    for (let k = 60; k < 200; k++) {
      const wanted = k % 2 ? Float64Array.of(0.9, 0.9) : Float64Array.of(-0.9, -0.9);
      output.stream(0.01 * k, 0.01, Float64Array.of(1, 1), wanted, Float64Array.of(-0.5, 0.5), true);
      expect(told[0]).toBeGreaterThanOrEqual(0);
      expect(told[0]).toBeLessThanOrEqual(before[0]);
      expect(told[1]).toBeLessThanOrEqual(0);
      expect(told[1]).toBeGreaterThanOrEqual(before[1]);
      before = told.slice();
    }
    expect(Array.from(told, Math.abs)).toEqual([0, 0]);
  });

  test('an arm that others move is slowed down from its own velocity', () => {
    const { output, told } = make();
    const stop = approachMove([0, 0], [0.1, 0], limits, 0.5);
    stop.velocities[0] = 0.6;
    output.brake(stop);
    output.stream(0, 0.01, new Float64Array(2), new Float64Array(2), null, true);
    expect(told[0]).toBeCloseTo(0.6 - 4 * 0.01, 9);
  });

  test('takes no whole trajectories', () => {
    expect(() => make().output.begin()).toThrow(/no whole trajectories/);
  });
});
