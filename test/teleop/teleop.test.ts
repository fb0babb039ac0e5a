import fc from 'fast-check';
import { statusCodes } from '../../src/teleop';
import { TwistSolver } from '../../src/teleop/twist';
import type { OutputKind } from '../motion/rig';
import { TeleopRig } from './rig';

const kinds: OutputKind[] = ['velocity', 'topic'];
/** Nothing of the arm or of what it was told is beyond its limits (a little for rounding, and for the gain that corrects). */
function withinLimits(rig: TeleopRig, before: Float64Array): void {
  rig.limits.forEach((l, j) => {
    expect(rig.position[j]).toBeGreaterThanOrEqual(Math.min(l.lower, before[j]) - 1e-6);
    expect(rig.position[j]).toBeLessThanOrEqual(Math.max(l.upper, before[j]) + 1e-6);
    expect(Math.abs(rig.velocity[j])).toBeLessThanOrEqual(l.velocity * (1 + 1e-6));
  });
}

describe.each(kinds)('teleoperation by %s', (kind) => {
  test('a jog moves the joints at the speed asked for, in its direction from the first step on', () => {
    const rig = new TeleopRig(kind);
    rig.run(0.3);
    const from = rig.position.slice();
    rig.keep(1, () => rig.jog([0.4, -0.2, 0.1]));
    expect(rig.teleop.status(rig.nowS)).toMatchObject({ code: 0, state: 'moving', source: 'joint_jog' });
    expect(Math.abs(rig.velocity[0] - 0.4)).toBeLessThan(0.02);
    const moved = Array.from(rig.position, (p, j) => p - from[j]);
    expect(moved[0]).toBeGreaterThan(0.2);
    expect(moved[1] / moved[0]).toBeCloseTo(-0.5, 1);
    expect(moved[2] / moved[0]).toBeCloseTo(0.25, 1);
  });

  test('silence stops: at rest within the timeout and the deceleration, and then nothing is sent', () => {
    const rig = new TeleopRig(kind);
    rig.run(0.3).keep(1, () => rig.jog([0.8, 0.4, 0]));
    const last = rig.nowS;
    expect(rig.speed).toBeGreaterThan(0.7);
    expect(rig.until(() => rig.speed < 1e-3, 2)).toBe(true);
    // 100 ms of silence, 0.8 rad/s at 0.7 of 4 rad/s2, the delays of the rig; a piece of a trajectory leads 0.15 s
    expect(rig.nowS - last).toBeLessThan(0.1 + 0.8 / 2.8 + 0.15 + (kind === 'topic' ? 0.15 : 0));
    rig.run(1.6);
    expect(rig.core.state).toBe('idle');
    const sent = rig.sent.length;
    rig.run(1);
    expect(rig.sent.length).toBe(sent);
    expect(rig.teleop.status(rig.nowS)).toMatchObject({ state: 'idle', source: '' });
  });

  test('unpause never jumps: the arm goes on from where it is, with new commands only', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.double({ min: 0.02, max: 1.2, noNaN: true }),
        (asked, pauseS) => {
          const rig = new TeleopRig(kind);
          rig.run(0.3).keep(0.5, () => rig.jog(asked));
          rig.teleop.pause(true, rig.nowS);
          rig.keep(pauseS, () => expect(rig.jog(asked)).toBe('paused'));
          expect(rig.teleop.status(rig.nowS).state).toBe('paused');
          rig.until(() => rig.core.state === 'idle', 3);
          const paused = rig.position.slice();
          rig.teleop.pause(false, rig.nowS);
          rig.run(0.3);
          rig.position.forEach((p, j) => expect(Math.abs(p - paused[j])).toBeLessThan(2e-3));
          const before = rig.position.slice();
          const fastest = rig.limits.map((l) => l.acceleration);
          let last = rig.velocity.slice();
          rig.keep(
            0.5,
            () => rig.jog(asked),
            () => {
              withinLimits(rig, before);
              rig.velocity.forEach((v, j) =>
                expect(Math.abs(v - last[j])).toBeLessThanOrEqual(fastest[j] * 0.035),
              );
              last = rig.velocity.slice();
            },
          );
        },
      ),
      { numRuns: 10, seed: 4 },
    );
  });

  test('no sequence of commands, silences, pauses and stalls leads past limits', () => {
    const wild = fc.oneof(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e300, -40),
    );
    const three = fc.array(wild, { minLength: 3, maxLength: 3 });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constantFrom('jog', 'twist', 'tool'), three) },
      {
        weight: 2,
        arbitrary: fc.tuple(
          fc.constantFrom('silence', 'stall', 'pause', 'unpause', 'old', 'future'),
          fc.constant([0]),
        ),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 14 }), (steps) => {
        const rig = new TeleopRig(kind);
        rig.run(0.3);
        const before = rig.position.slice();
        for (const [what, values] of steps) {
          if (what === 'silence') rig.run(0.4);
          else if (what === 'stall') rig.pass(0.3);
          else if (what === 'pause' || what === 'unpause') rig.teleop.pause(what === 'pause', rig.nowS);
          else
            rig.keep(
              0.4,
              () => {
                if (what === 'jog') rig.jog(values);
                else if (what === 'twist' || what === 'tool')
                  rig.twist(values, what === 'tool' ? 'tool' : 'base');
                else rig.jog([3, 3, 3], rig.rosNowS + (what === 'old' ? -10 : 10));
              },
              () => withinLimits(rig, before),
            );
          withinLimits(rig, before);
        }
        // whatever it was: it comes to rest
        rig.run(2.5);
        expect(rig.speed).toBeLessThan(1e-3);
      }),
      { numRuns: 20, seed: 2 },
    );
  });
});

test('a command does not run away from an arm that stands still, which goes on from where it is', () => {
  const rig = new TeleopRig('velocity');
  rig.gainPerS = 0;
  rig.run(0.3).keep(0.5, () => rig.jog([0.5]));
  // the servos do nothing for a second
  rig.servoStalledUntilS = rig.nowS + 1;
  const stalled = rig.position[0];
  rig.keep(1, () => rig.jog([0.5]));
  let fastest = 0;
  rig.keep(
    1.5,
    () => rig.jog([0.5]),
    () => (fastest = Math.max(fastest, rig.speed)),
  );
  expect(rig.position[0]).toBeGreaterThan(stalled + 0.3);
  // it makes up for nothing
  expect(rig.position[0]).toBeLessThan(stalled + 0.9);
  expect(fastest).toBeLessThan(0.6);
});

describe('twists', () => {
  const bent = (): TeleopRig => {
    const rig = new TeleopRig('velocity');
    rig.run(0.3).keep(1.2, () => rig.jog([0, -0.6, 0.9]));
    rig.run(1.5);
    return rig;
  };
  const tool = (rig: TeleopRig): Float64Array => {
    const out = new Float64Array(3);
    rig.profile.forward(rig.position, 0, out, 0);
    return out;
  };

  test('move the tool as asked, along the axes of the frame that is named', () => {
    const rig = bent();
    for (const frame of ['base', 'tool', 'b']) {
      const pose = new Float64Array(12);
      rig.profile.pose(rig.position, 0, pose, 0);
      const rotation = (q: number): number[][] => [
        [Math.cos(q), 0, Math.sin(q)],
        [0, 1, 0],
        [-Math.sin(q), 0, Math.cos(q)],
      ];
      // joint_0 stands at 0: links b and tool are turned about y only
      const angle = frame === 'base' ? 0 : rig.position[1] + (frame === 'tool' ? rig.position[2] : 0);
      const asked = [0.1, 0, -0.05];
      const want = rotation(angle).map((row) => row.reduce((sum, r, c) => sum + r * asked[c], 0));
      const from = tool(rig);
      rig.keep(0.3, () => rig.twist(asked, frame));
      const moved = Array.from(tool(rig), (x, i) => x - from[i]);
      const [a, b] = [Math.hypot(...moved), Math.hypot(...want)];
      const cosine = moved.reduce((sum, m, i) => sum + (m * want[i]) / a / b, 0);
      expect(cosine).toBeGreaterThan(0.99);
      rig.run(1);
    }
    expect(rig.twist([0.1, 0, 0], 'nowhere')).toMatch(/frame_id: expected .* got "nowhere"/);
    expect(rig.teleop.status(rig.nowS)).toMatchObject({ code: statusCodes.invalid });
  });

  test('a twist into the singular pose slows, halts, and recovers: statuses 1, 2, 3', () => {
    const rig = bent();
    const codes = new Set<number>();
    const solver = new TwistSolver(3, 3);
    const condition = (): number => {
      rig.arm.update(rig.position);
      return solver.condition(rig.arm.jacobian);
    };
    // outwards: the links come in line
    let straightest = Infinity;
    rig.keep(
      9,
      () => rig.twist([0.12, 0, 0]),
      () => {
        codes.add(rig.teleop.status(rig.nowS).code);
        straightest = Math.min(straightest, rig.position[2]);
      },
    );
    expect(codes).toEqual(new Set([0, 1, 2]));
    expect(rig.speed).toBeLessThan(1e-2);
    expect(condition()).toBeGreaterThan(20);
    expect(straightest).toBeGreaterThan(0);
    codes.clear();
    const from = tool(rig);
    rig.keep(
      4,
      () => rig.twist([-0.12, 0, 0]),
      () => codes.add(rig.teleop.status(rig.nowS).code),
    );
    expect(codes).toContain(3);
    expect(codes).toContain(0);
    expect(condition()).toBeLessThan(15);
    expect(from[0] - tool(rig)[0]).toBeGreaterThan(0.1);
  });
});

describe('who commands', () => {
  test('one at a time: another waits until the lease of the first has ended', () => {
    const rig = new TeleopRig('velocity');
    rig.run(0.3).keep(0.3, () => rig.jog([0.3]));
    expect(rig.twist([0.1, 0, 0])).toMatch(/holds the arm \(joint_jog\)/);
    rig.run(0.3);
    expect(rig.twist([0.1, 0, 0])).toMatch(/holds the arm/);
    rig.run(0.3);
    expect(rig.twist([0.1, 0, 0])).toBe('');
    // whoever lets go gives the arm up at once
    rig.teleop.receive({ name: 'twist', sender: 'a' }, 0, rig.nowS, rig.rosNowS, () => null);
    expect(rig.jog([0.1])).toBe('');
    expect(rig.jog([0.1], rig.rosNowS, 'another sender of jogs')).toMatch(/somebody else holds the arm/);
  });

  test('stamps of zero, of the future, of another clock move nothing, and stop what moves', () => {
    const rig = new TeleopRig('velocity');
    rig.run(0.3);
    for (const stampS of [0, rig.rosNowS + 3600, rig.rosNowS - 3600, 12]) {
      rig.keep(0.5, () => expect(rig.jog([0.5], stampS && stampS + rig.nowS - 100)).toMatch(/header.stamp/));
      expect(rig.sent).toHaveLength(0);
      expect(rig.teleop.status(rig.nowS)).toMatchObject({ code: statusCodes.invalid, state: 'idle' });
    }
    rig.keep(0.5, () => rig.jog([0.5]));
    expect(rig.speed).toBeGreaterThan(0.4);
    rig.keep(0.5, () => rig.jog([0.5], 0));
    expect(rig.speed).toBeLessThan(1e-3);
  });

  test('near a bound all halt on the way to it, and it may be left: status 6', () => {
    const rig = new TeleopRig('velocity');
    rig.run(0.3).keep(5, () => rig.jog([0.6, 0.1, 0]));
    expect(rig.teleop.status(rig.nowS)).toMatchObject({ code: statusCodes.bound });
    expect(rig.speed).toBeLessThan(1e-3);
    expect(rig.position[0]).toBeGreaterThan(rig.limits[0].upper - 0.1);
    rig.keep(0.5, () => rig.jog([-0.3, 0.1, 0]));
    expect(rig.velocity[0]).toBeCloseTo(-0.3, 2);
    expect(rig.teleop.status(rig.nowS)).toMatchObject({ code: 0 });
  });
});
