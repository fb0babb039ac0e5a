import fc from 'fast-check';
import { approachMove } from '../../arm/trajectory/moves.js';
import { JointMonitor } from './joint_monitor.js';
import { limited, VelocityOutput } from './velocity_output.js';

const limits = [{ name: 'a', lower: -1, upper: 1, velocity: 1, acceleration: 4, jerk: 100 }];

test('no sequence of wishes and cycle times makes the command break velocity, acceleration or position limits', () => {
  const cycles = fc.array(
    fc.record({
      wish: fc.double({ min: -50, max: 50 }),
      dt: fc.double({ min: 1e-4, max: 0.01, noNaN: true }),
    }),
    { maxLength: 400 },
  );
  fc.assert(
    fc.property(cycles, fc.double({ min: -0.99, max: 0.99, noNaN: true }), (sequence, start) => {
      let [position, velocity] = [start, 0];
      for (const { wish, dt } of sequence) {
        const next = limited(wish, velocity, position, limits[0], dt);
        expect(Math.abs(next)).toBeLessThanOrEqual(1 + 1e-12);
        expect(Math.abs(next - velocity)).toBeLessThanOrEqual(4 * dt + 1e-12);
        velocity = next;
        position += velocity * dt;
        // a cycle's worth of braking distance at most
        expect(Math.abs(position)).toBeLessThan(1 + 0.02);
      }
    }),
  );
});

/** A stream on a clock of its own, driving a joint that obeys at once. */
function stream() {
  let nowMs = 0;
  let cycle: (() => void) | undefined;
  const joints = new JointMonitor(['a']);
  joints.receive(['a'], [0], [0], 0, 0);
  const sent: number[] = [];
  const output = new VelocityOutput({
    publisher: {
      publish: ({ data }) => void sent.push(data[0]),
      topic: 'commands',
      subscriptionCount: 1,
    },
    joints,
    limits,
    nowMs: () => nowMs,
    every: (_, callback) => {
      cycle = callback;
      return () => (cycle = undefined);
    },
    settings: () => ({ rateHz: 250, gain: 4, maxGapS: 0.05 }),
  });
  const run = (seconds: number, dtS = 0.004): void => {
    for (let t = 0; t < seconds - 1e-9 && cycle; t += dtS) {
      nowMs += 1000 * dtS;
      cycle();
      joints.receive(['a'], [joints.positions[0] + sent[sent.length - 1] * dtS], [0], nowMs / 1000, nowMs);
    }
  };
  return { output, joints, sent, run, running: () => cycle !== undefined };
}

describe('VelocityOutput', () => {
  test('arrives, says so, sends zeros and ends its stream', async () => {
    const s = stream();
    const motion = approachMove([0], [0.5], limits, 0.8);
    const end = s.output.perform(motion, 0);
    s.run(motion.durationS + 1);
    expect(await end).toEqual({ ok: true, message: '' });
    expect(s.joints.positions[0]).toBeCloseTo(0.5, 2);
    expect(s.sent.slice(-20).every((v) => v === 0)).toBe(true);
    expect(s.running()).toBe(false);
  });

  test('brakes within limits when told, and where it was held up', async () => {
    for (const stop of ['told', 'held up']) {
      const s = stream();
      const motion = approachMove([0], [0.9], limits, 1);
      const end = s.output.perform(motion, 0);
      s.run(motion.durationS / 2);
      expect(s.sent[s.sent.length - 1]).toBeGreaterThan(0.5);
      const from = s.sent.length;
      if (stop === 'told') s.output.brake(motion);
      else s.run(0.3, 0.3);
      s.run(1);
      expect((await end).ok).toBe(false);
      const after = s.sent.slice(from - 1);
      after.slice(1).forEach((v, k) => expect(Math.abs(v - after[k])).toBeLessThanOrEqual(4 * 0.05 + 1e-9));
      expect(after[after.length - 1]).toBe(0);
      expect(s.running()).toBe(false);
    }
  });
});
