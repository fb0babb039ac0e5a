import { approachMove } from '../arm/trajectory/moves.js';
import { Rig, type OutputKind } from '../../test/motion/rig.js';
import { StreamSource, TrajectorySource } from './index.js';

const reach = (rig: Rig, to = 0.8, speed = 0.8) =>
  new TrajectorySource(approachMove([...rig.position], [to, -to / 2], rig.limits, speed), 'reach');

/** A rig in the middle of a motion. */
function midway(kind: OutputKind, settings = {}): Rig {
  const rig = new Rig(kind);
  rig.core.configure({ ...rig.settings_, ...settings });
  rig.run(0.3);
  rig.start(reach(rig));
  expect(rig.until(() => rig.velocity[0] > 0.5, 5)).toBe(true);
  return rig;
}

describe.each(['topic', 'action', 'velocity'] as const)('motion core, output %s', (kind) => {
  test('performs a motion to its end, from where it starts', () => {
    const rig = new Rig(kind).run(0.3);
    const motion = approachMove([0.2, 0.1], [0.8, -0.4], rig.limits, 0.8);
    const stages: string[] = [];
    rig.start(new TrajectorySource(motion), { onStage: (stage) => stages.push(stage) });
    expect(rig.until(() => rig.ends.length > 0)).toBe(true);
    expect(rig.ends).toEqual([{ outcome: 'succeeded', reason: 'performed to its end' }]);
    expect(stages).toEqual(['approach', 'execute']);
    expect(rig.position[0]).toBeCloseTo(0.8, 2);
    expect(rig.position[1]).toBeCloseTo(-0.4, 2);
    expect(rig.core.state).toBe('idle');
  });

  test('joint states that stop: it brakes from the last command, latched, and never goes back', () => {
    const rig = midway(kind);
    rig.muted = true;
    let furthest = rig.position[0];
    expect(rig.until(() => rig.core.stopReason !== '', 2)).toBe(true);
    expect(rig.core.stopReason).toMatch(/stale: none for 0\.3/);
    for (let k = 0; k < 500; k++) {
      rig.run(0.01);
      expect(rig.position[0]).toBeGreaterThan(furthest - 1e-6);
      furthest = Math.max(furthest, rig.position[0]);
    }
    expect(rig.speed).toBe(0);
    expect(rig.core.state).toBe('stopped');
    expect(rig.ends[0].outcome).toBe('stopped');
    expect(rig.ends[0].reason).toMatch(/stale.*not known/);
    const count = rig.sent.length;
    rig.muted = false;
    const rested = [...rig.position];
    rig.run(2);
    expect([...rig.position]).toEqual(rested);
    if (kind !== 'velocity') expect(rig.sent.length).toBe(count);
    rig.start(reach(rig));
    expect(rig.ends[1]).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('reset first') });
    expect(rig.core.reset(rig.nowS)).toBe('');
    rig.run(2);
    expect([...rig.position]).toEqual(rested);
  });

  test('a stop of an idle core halts an arm that others move', () => {
    const other = new Rig('topic').run(0.3);
    const rig = kind === 'topic' ? other : new Rig(kind).run(0.3);
    const motion = approachMove([0, 0], [1.2, 0.5], rig.limits, 0.8);
    rig.controller.follow(
      {
        jointNames: motion.joints,
        points: [
          {
            positions: [1.2, 0.5],
            velocities: [0, 0],
            accelerations: [0, 0],
            effort: [],
            timeFromStartS: motion.durationS,
          },
        ],
      },
      rig.nowS,
    );
    rig.until(() => rig.velocity[0] > 0.5, 5);
    // a velocity controller cannot take the arm from a trajectory that runs: the arm is moved by velocities here
    if (kind === 'velocity') {
      rig.controller.stop('test');
      rig.until(() => rig.controller.still, 2);
      rig.controller.reset();
      rig.run(0.2);
      for (let k = 0; k < 60; k++) {
        rig.controller.commandVelocity([0.6, 0.2], rig.nowS);
        rig.run(0.01);
      }
    }
    expect(rig.velocity[0]).toBeGreaterThan(0.4);
    expect(rig.core.stop(rig.nowS, 'stop was asked for')).toBe('');
    expect(rig.core.state).toBe('brake');
    expect(rig.until(() => rig.speed === 0, 2)).toBe(true);
    rig.run(1);
    expect(rig.speed).toBe(0);
    expect(rig.position[0]).toBeLessThan(1.1);
    expect(rig.core.state).toBe('stopped');
  });

  if (kind !== 'velocity')
    test.each([0.05, 0.15, 0.25])(
      'an arm that others move, known %s s late, is stopped without going back',
      (lateS) => {
        const rig = new Rig(kind).run(0.3);
        const motion = approachMove([0, 0], [1.4, 0.5], rig.limits, 0.5);
        const points = [
          {
            positions: [1.4, 0.5],
            velocities: [0, 0],
            accelerations: [0, 0],
            effort: [],
            timeFromStartS: motion.durationS,
          },
        ];
        rig.controller.follow({ jointNames: motion.joints, points }, rig.nowS);
        rig.until(() => rig.velocity[0] > 0.3, 5);
        rig.pass(lateS);
        expect(rig.core.stop(rig.nowS, 'stop was asked for')).toBe('');
        let furthest = rig.position[0];
        const stopped = furthest;
        for (let k = 0; k < 500; k++) {
          rig.run(0.004);
          expect(rig.position[0]).toBeGreaterThan(furthest - 2e-3);
          furthest = Math.max(furthest, rig.position[0]);
        }
        expect(rig.speed).toBe(0);
        expect(rig.core.state).toBe('stopped');
        expect(furthest).toBeLessThan(stopped + 0.5 * Math.max(0.2, 5 * lateS));
      },
    );

  test('an arm that ignores its commands ends the motion long before its end, with the reason', () => {
    const rig = new Rig(kind).run(0.3);
    const motion = approachMove([0, 0], [1.4, 0.2], rig.limits, 0.2);
    rig.start(new TrajectorySource(motion));
    rig.servoStalledUntilS = Infinity;
    const began = rig.nowS;
    expect(rig.until(() => rig.ends.length > 0)).toBe(true);
    expect(rig.ends[0].outcome).toBe('failed');
    expect(rig.ends[0].reason).toMatch(
      /does not follow: joint_0 is 0\.\d+ rad behind .*tracking_tolerance_rad 0\.3/,
    );
    expect(rig.nowS - began).toBeLessThan(0.6 * motion.durationS);
    const unwatched = new Rig(kind, 2, { ...rig.settings_, trackingToleranceRad: 0 }).run(0.3);
    unwatched.start(new TrajectorySource(motion));
    unwatched.servoStalledUntilS = Infinity;
    expect(unwatched.until(() => unwatched.ends.length > 0)).toBe(true);
    expect(unwatched.ends[0].reason).not.toMatch(/follow/);
  });

  if (kind === 'velocity')
    test('a stream that is refused on its way ends the motion with that reason; the next one begins', () => {
      const rig = new Rig(kind).run(0.3);
      rig.start(new TrajectorySource(approachMove([0, 0], [1.2, 0.5], rig.limits, 0.5)));
      expect(rig.until(() => rig.speed > 0.3)).toBe(true);
      rig.refusal = 'velocity_guard ended the stream: two sources';
      expect(rig.until(() => rig.ends.length > 0, 2)).toBe(true);
      expect(rig.ends[0]).toEqual({
        outcome: 'failed',
        reason: 'velocity_guard ended the stream: two sources',
      });
      expect(rig.core.state).toBe('idle');
      rig.start(new TrajectorySource(approachMove([0, 0], [0.5, 0.2], rig.limits, 0.5)));
      expect(rig.until(() => rig.ends.length > 1)).toBe(true);
      expect(rig.ends[1].outcome).toBe('succeeded');
    });

  test('a stop that cannot be sent says so', () => {
    const rig = new Rig(kind).run(0.3);
    rig.missing = 'nobody listens';
    for (let k = 0; k < 40; k++) {
      if (kind === 'velocity') rig.controller.commandVelocity([0.6, 0.2], rig.nowS);
      else if (k === 0)
        rig.controller.follow(
          {
            jointNames: rig.limits.map((l) => l.name),
            points: [
              { positions: [1, 1], velocities: [0, 0], accelerations: [], effort: [], timeFromStartS: 3 },
            ],
          },
          rig.nowS,
        );
      rig.run(0.01);
    }
    expect(rig.core.stop(rig.nowS, 'stop')).toBe('nobody listens');
    expect(rig.core.stopReason).toBe('stop');
  });

  test('every early end has a reason: cancel, a new motion, nothing of it leaves the newest out', () => {
    const rig = midway(kind);
    rig.core.cancel(rig.nowS, '');
    rig.until(() => rig.ends.length > 0);
    expect(rig.ends[0]).toEqual({ outcome: 'canceled', reason: 'canceled' });
    rig.start(reach(rig, -0.3));
    rig.run(0.3);
    rig.start(reach(rig, 0.5));
    rig.start(reach(rig, 0.6));
    rig.until(() => rig.ends.length > 3);
    const named = rig.ends
      .slice(1)
      .map((e) => e.outcome)
      .sort();
    expect(named).toEqual(['preempted', 'preempted', 'succeeded']);
    expect(rig.ends.every((e) => e.reason.length > 0)).toBe(true);
    expect(rig.position[0]).toBeCloseTo(0.6, 2);
  });

  test('a request waits for fresh joint states, and is refused where none come', () => {
    const rig = new Rig(kind).run(0.3);
    rig.muted = true;
    rig.run(0.5);
    rig.start(reach(rig));
    rig.run(1);
    expect(rig.ends).toEqual([]);
    rig.muted = false;
    expect(rig.until(() => rig.ends.length > 0)).toBe(true);
    expect(rig.ends[0].outcome).toBe('succeeded');
    rig.muted = true;
    rig.run(1);
    rig.start(reach(rig, 0));
    rig.run(5);
    expect(rig.ends[1]).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('stale') });
  });

  test('stamps in the future are not fresh', () => {
    const rig = midway(kind);
    rig.stampOffsetS = 30;
    rig.until(() => rig.ends.length > 0, 5);
    expect(rig.core.stopReason).toMatch(/in the future/);
    expect(rig.speed).toBe(0);
  });

  test('watchdogs hold however late every check is: one second look, no exemption', () => {
    const rig = midway(kind, { maxGapS: 10 });
    rig.muted = true;
    for (let k = 0; k < 3; k++) rig.run(0.35, 0.35);
    expect(rig.core.stopReason).toMatch(/stale/);
  });

  test('an output that throws ends the motion, with what it said', () => {
    const rig = midway(kind);
    if (kind === 'velocity') {
      rig.throwing = true;
      rig.run(0.02);
      rig.throwing = false;
    } else {
      rig.core.cancel(rig.nowS, 'next');
      rig.until(() => rig.core.state === 'idle');
      rig.ends.length = 0;
      rig.throwing = true;
      rig.start(reach(rig, 0.1));
      rig.run(0.1);
      rig.throwing = false;
    }
    expect(rig.until(() => rig.ends.length > 0, 3)).toBe(true);
    expect(rig.ends[0]).toEqual({ outcome: 'failed', reason: 'the output is broken' });
    expect(rig.core.state).toBe('idle');
  });

  test.each([1, 5])('held up for %s s in the middle: the arm is not driven on, nor after a reset', (held) => {
    const rig = midway(kind);
    rig.pass(held);
    // an arm that was told all of it goes on to its end
    const at = kind === 'velocity' ? [...rig.position] : [0.8, -0.4];
    if (kind === 'velocity') expect(rig.speed).toBe(0);
    rig.hear();
    rig.core.tick(rig.nowS);
    rig.until(() => rig.ends.length > 0, 5);
    rig.run(1);
    rig.core.reset(rig.nowS);
    rig.run(1);
    rig.position.forEach((p, j) => expect(Math.abs(p - at[j])).toBeLessThan(2e-3));
    expect(rig.ends[0].outcome).toBe(kind === 'velocity' ? 'failed' : 'succeeded');
  });

  test('the arm held up, killed, or started anew while its controller lives: no command leads back', () => {
    const rig = midway(kind);
    const from = rig.position[0];
    rig.armStalledUntilS = rig.nowS + 3;
    rig.run(2.9);
    expect(rig.core.stopReason).toMatch(/stale/);
    expect(rig.core.state).toBe('stopped');
    let furthest = from;
    for (let k = 0; k < 300; k++) {
      rig.run(0.01);
      expect(rig.position[0]).toBeGreaterThan(furthest - 1e-6);
      furthest = Math.max(furthest, rig.position[0]);
    }
    expect(rig.speed).toBe(0);
    // what the stop still lets it do in its direction
    expect(furthest - from).toBeLessThan(0.5);
    const at = rig.position[0];
    rig.core.reset(rig.nowS);
    rig.run(1);
    expect(rig.position[0]).toBe(at);
  });

  test('teleoperation: follows, rests where the stream falls silent, ends by finish()', () => {
    const rig = new Rig(kind).run(0.3);
    const stream = new StreamSource(2, 0.1);
    rig.start(stream);
    rig.run(0.1);
    for (let k = 0; k < 100; k++) {
      stream.velocity([0.4, -0.2], rig.nowS);
      rig.run(0.01);
    }
    expect(rig.velocity[0]).toBeCloseTo(0.4, 1);
    rig.run(1);
    expect(rig.speed).toBeLessThan(1e-3);
    expect(rig.core.state).toBe('execute');
    const at = rig.position[0];
    rig.run(1);
    expect(rig.position[0]).toBeCloseTo(at, 3);
    for (let k = 0; k < 200; k++) {
      stream.position([0.9, 0], rig.nowS);
      rig.run(0.01);
    }
    expect(rig.position[0]).toBeCloseTo(0.9, 2);
    stream.velocity([NaN, 0], rig.nowS);
    rig.until(() => rig.ends.length > 0, 3);
    expect(rig.ends[0]).toEqual({
      outcome: 'failed',
      reason: 'stream: joint 0 is NaN, expected a finite number',
    });
  });
});

test('motions that break a limit are refused by name', () => {
  const rig = new Rig('topic').run(0.3);
  const [a, b] = rig.limits;
  const fast = [{ ...a, velocity: 3, acceleration: 100, jerk: 1e4 }, b];
  rig.start(new TrajectorySource(approachMove([0, 0], [1, 0], fast, 1)));
  rig.run(0.1);
  expect(rig.ends[0]).toMatchObject({
    outcome: 'refused',
    reason: expect.stringMatching(/joint_0 at .*exceeds/),
  });
  const wide = [{ ...a, upper: 3 }, b];
  rig.start(new TrajectorySource(approachMove([0, 0], [2, 0], wide, 0.5)));
  rig.run(0.1);
  expect(rig.ends[1]).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining('position limit'),
  });
});

test('an arm that goes on after a stop is told again, in its direction, from where it is', () => {
  const rig = midway('topic');
  const { follow } = rig.controller;
  let refusals = 2;
  rig.controller.follow = function (...args) {
    return refusals-- > 0 ? { code: -1, text: 'refused' } : follow.apply(rig.controller, args);
  };
  const from = rig.position[0];
  rig.core.stop(rig.nowS, 'stop');
  rig.until(() => rig.core.state === 'stopped', 5);
  expect(rig.troubles).toContain('the arm does not stop: told again');
  expect(rig.speed).toBe(0);
  expect(rig.position[0]).toBeGreaterThan(from);
  for (const sent of rig.sent.slice(1))
    if (sent.kind === 'trajectory')
      expect(sent.motion.positions[2]).toBeGreaterThanOrEqual(sent.motion.positions[0]);
});

test('a stop that is told again has an end when the last one told is over: at once then, and not while it may move the arm', () => {
  const rig = midway('topic');
  const { follow } = rig.controller;
  let refusals = 1;
  rig.controller.follow = function (...args) {
    return refusals-- > 0 ? { code: -1, text: 'refused' } : follow.apply(rig.controller, args);
  };
  rig.core.cancel(rig.nowS, 'enough');
  const stops = rig.sent.length;
  rig.until(() => rig.core.state === 'idle', 5);
  expect(rig.sent.length).toBe(stops + 1);
  const last = rig.sent[stops];
  if (last.kind !== 'trajectory') throw new Error('no trajectory');
  const lateS = rig.nowS - (last.atS + last.motion.durationS);
  expect(lateS).toBeGreaterThanOrEqual(-1e-6);
  expect(lateS).toBeLessThan(0.05);
  expect(rig.ends).toMatchObject([{ outcome: 'canceled', reason: 'enough' }]);
});
