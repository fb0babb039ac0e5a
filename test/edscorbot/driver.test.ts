import fc from 'fast-check';
import { degreesOfReference, ED_SCORBOT_JOINTS, referenceRange } from '../../src/edscorbot/calibration.js';
import { DEFAULT_DRIVER } from '../../src/edscorbot/driver.js';
import { ED_SCORBOT_RESPONSES } from '../../src/edscorbot/firmware.js';
import { rampLagS } from '../../src/edscorbot/joint_response.js';
import { decodeCommand, encodeClaim, encodeCommand, Signal } from '../../src/edscorbot/protocol.js';
import { NO_FAULTS } from '../../src/edscorbot/faulty_link.js';
import { driverParameters } from '../../src/nodes/edscorbot_driver/parameters.js';
import { defaultValues } from '../../src/ros/parameters.js';
import { controllerParameters } from '../../src/ros/controller_parameters.js';
import { World } from './rig.js';

const finished = (): { text: string; done: (t: string) => void } => {
  const box = { text: '', done: (t: string) => void (box.text = t) };
  return box;
};

describe('EdScorbotDriver over the emulated arm', () => {
  test('homes, arms, performs a motion and holds', () => {
    const world = new World();
    const client = world.ready();
    expect(client.driver.state).toBe('armed');
    const outcome = finished();
    expect(client.move(0.5, 2.5, outcome.done)).toBe('');
    world.run(0.3);
    expect(client.driver.state).toBe('executing');
    world.run(10, () => outcome.text !== '');
    expect(outcome.text).toMatch(/^succeeded/);
    world.run(8);
    expect(client.driver.state).toBe('armed');
    expect(world.firmware.degrees[0]).toBeCloseTo((0.5 * 180) / Math.PI, -0.5);
    expect(client.motion.position[0]).toBeCloseTo((world.firmware.degrees[0] * Math.PI) / 180, 2);
    expect(world.firmware.violations).toEqual([]);
  });

  test.each([0.1, 0.25])(
    'with a reference every %d s, references that lead halve the error on the way',
    (period) => {
      const worst = (leadS?: number[]): number => {
        const world = new World(6);
        const client = world.ready({ referencePeriodS: period }, leadS);
        expect(client.move(1.2, 4, () => {})).toBe('');
        let largest = 0;
        world.run(4, () => {
          const error =
            client.controller.state.desiredPosition[0] - (world.firmware.degrees[0] * Math.PI) / 180;
          largest = Math.max(largest, Math.abs(error));
          return false;
        });
        expect(world.firmware.violations).toEqual([]);
        return largest;
      };
      const lead = rampLagS(ED_SCORBOT_RESPONSES[0]) + period / 2;
      expect(worst([lead, lead, lead, lead])).toBeLessThan(worst() / 2);
    },
  );

  test.each([
    [0.1, 1.0, 5],
    [0.25, 1.0, 5],
    [0.1, 0.5, 2.5],
    [0.25, 0.5, 2.5],
  ])(
    "with a reference every %d s, %d rad in %d s: a lead that leaves to the arm's integrator what that does itself has about half the error or less, the rest at the end included",
    (period, rad, seconds) => {
      const error = (integralPerS?: number[]): number => {
        const world = new World(6);
        const lead = ED_SCORBOT_RESPONSES.map((r) => rampLagS(r) + period / 2);
        const client = world.ready({ referencePeriodS: period }, lead, integralPerS);
        expect(client.move(rad, seconds, () => {})).toBe('');
        let [sum, count] = [0, 0];
        world.run(seconds + 3, () => {
          const wanted = client.controller.state.desiredPosition[0];
          sum += (wanted - (world.firmware.degrees[0] * Math.PI) / 180) ** 2;
          count++;
          return false;
        });
        expect(world.firmware.violations).toEqual([]);
        return Math.sqrt(sum / count);
      };
      expect(error(ED_SCORBOT_RESPONSES.map((r) => r.integralPerS))).toBeLessThan(0.55 * error());
    },
  );

  test('nothing moves before homing and arming', () => {
    const world = new World();
    const client = world.join();
    world.run(1);
    expect(() => client.driver.arm(world.nowS)).toThrow(/home it first/);
    expect(client.move(0.5, 2, () => {})).toMatch(/not homed/);
    client.driver.home(world.nowS);
    expect(() => client.driver.arm(world.nowS)).toThrow(/homing/);
    world.run(5, () => client.driver.homed);
    expect(client.move(0.5, 2, () => {})).toMatch(/not armed/);
    expect(world.firmware.references).toEqual([]);
  });

  test('references hold the position limits, are integers and keep the speed limit, whatever is aimed at', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 4, maxLength: 4 }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.constantFrom(0.1, 0.25, 1),
        (targets, referencePeriodS) => {
          const world = new World(3, { homingS: 0.2 });
          const { driver } = world.ready({ referencePeriodS, followingDegrees: 1e9 });
          const from = world.firmware.references.length;
          for (const target of targets) {
            for (let cycle = 0; cycle < 30; cycle++) {
              driver.aim(target, true);
              driver.tick(world.nowS);
              world.nowS += 0.02;
              for (const m of [...world.firmware.advance(world.nowS)])
                driver.receive(m.topic, m.payload, world.nowS);
              for (const m of world.toArm.receive(world.nowS))
                for (const a of world.firmware.receive(m.topic, m.payload))
                  driver.receive(a.topic, a.payload, world.nowS);
            }
          }
          expect(world.firmware.violations).toEqual([]);
          const sent = world.firmware.references.slice(from);
          for (let i = 1; i < sent.length; i++) {
            const seconds = sent[i].atS - sent[i - 1].atS;
            expect(seconds).toBeGreaterThan(0.89 * referencePeriodS);
            ED_SCORBOT_JOINTS.forEach((joint, j) => {
              const turned = Math.abs(degreesOfReference(joint, sent[i].values[j] - sent[i - 1].values[j]));
              expect(turned).toBeLessThanOrEqual(DEFAULT_DRIVER.degreesPerS[j] * seconds + 1e-6);
            });
          }
        },
      ),
      { numRuns: 25, seed: 5 },
    );
  });

  test.each([NaN, Infinity, -Infinity])('a target of %p is never sent: the arm stops', (bad) => {
    const world = new World();
    const client = world.ready();
    client.driver.aim([0, bad, 0, 0], true);
    expect(client.driver.state).toBe('stopped');
    world.run(1);
    expect(client.sent.every((m) => !/NaN|null|Infinity/.test(m.payload))).toBe(true);
  });

  test('a parameter that changes in motion adds no second watchdog: a process that was held up keeps its grace', () => {
    const world = new World();
    const client = world.ready();
    client.controller.configure(
      controllerParameters({ ...defaultValues(driverParameters), 'constraints.goal_time': 9 }, 4),
    );
    const outcome = finished();
    expect(client.move(0.5, 2.5, outcome.done)).toBe('');
    world.run(1);
    // longer than encoder reports may be old; they wait for the process
    const heldUpS = DEFAULT_DRIVER.feedbackTimeoutS + 0.2;
    for (const m of world.firmware.advance(world.nowS + heldUpS)) world.fromArm.send(m, world.nowS);
    world.nowS += heldUpS;
    client.motion.update(world.nowS);
    expect(client.driver.state).toBe('executing');
    world.run(12, () => outcome.text !== '');
    expect(outcome.text).toMatch(/^succeeded/);
  });

  test('stop brakes, latches, and needs reset and arm', () => {
    const world = new World();
    const client = world.ready();
    const outcome = finished();
    client.move(1.5, 5, outcome.done);
    world.run(2);
    client.motion.stop('the button');
    expect(outcome.text).toMatch(/^aborted: stopped: the button/);
    expect(client.move(0, 5, () => {})).toMatch(/stopping: the button/);
    world.run(2, () => client.driver.state === 'stopped');
    expect(client.driver.reason).toBe('the button');
    const count = world.firmware.references.length;
    world.run(3);
    expect(world.firmware.references).toHaveLength(count);
    expect(world.firmware.moving).toBe(false);
    expect(() => client.motion.arm(world.nowS)).toThrow(/reset first/);
    client.driver.reset(world.nowS);
    expect(client.move(0, 5, () => {})).toMatch(/not armed/);
    world.run(0.5);
    client.motion.arm(world.nowS);
    expect(client.move(0, 5, outcome.done)).toBe('');
    world.run(9, () => outcome.text.startsWith('succ'));
    expect(outcome.text).toMatch(/^succeeded/);
  });

  test('broker lost in motion: stops, says so, and after its return stands still until armed again', () => {
    const world = new World();
    const client = world.ready();
    const outcome = finished();
    client.move(1.5, 5, outcome.done);
    world.run(2);
    world.loseBroker();
    world.run(0.1);
    expect(client.driver.state).toBe('disconnected');
    expect(client.driver.reason).toMatch(/broker lost while executing/);
    expect(outcome.text).toMatch(/^aborted: stopped: connection to the broker lost/);
    world.run(3);
    const rest = world.firmware.degrees[0];
    world.returnBroker();
    world.run(4);
    expect(client.driver.state).toBe('connected');
    expect(client.driver.homed).toBe(true);
    expect(Math.abs(world.firmware.degrees[0] - rest)).toBeLessThan(1.5);
    const count = world.firmware.references.length;
    client.motion.arm(world.nowS);
    expect(client.move(0, 4, outcome.done)).toBe('');
    world.run(9, () => outcome.text.startsWith('succ'));
    expect(outcome.text).toMatch(/^succeeded/);
    expect(world.firmware.references.length).toBeGreaterThan(count);
    expect(world.firmware.violations).toEqual([]);
  });

  test.each(['stopped', 'fault'] as const)(
    'a %s that is latched survives the broker; only reset releases it',
    (kind) => {
      const world = new World();
      const client = world.ready();
      const outcome = finished();
      client.move(0.8, 5, outcome.done);
      world.run(1.5);
      if (kind === 'stopped') client.motion.stop('pressed');
      else world.fromArm.faults = { ...NO_FAULTS, drop: 1 };
      world.run(6, () => client.driver.state === kind);
      world.fromArm.faults = NO_FAULTS;
      expect(client.driver.state).toBe(kind);
      const { reason } = client.driver;
      world.loseBroker();
      world.run(1);
      expect(client.driver.state).toBe('disconnected');
      world.returnBroker();
      world.run(2);
      expect(client.driver).toMatchObject({ state: kind, reason });
      expect(() => client.driver.arm(world.nowS)).toThrow(/reset first/);
      client.driver.reset(world.nowS);
      expect(client.driver.state).toBe('connected');
    },
  );

  test('a stop that is pressed while the broker is away is told to the arm at its return, and latched', () => {
    const world = new World();
    const client = world.ready();
    const outcome = finished();
    client.move(0.8, 5, outcome.done);
    world.run(1.5);
    world.loseBroker();
    world.run(0.5);
    client.driver.stop('pressed');
    expect(client.driver.reason).toMatch(/stopped \(pressed\)/);
    const sent = client.sent.length;
    world.returnBroker();
    world.run(1);
    expect(client.driver).toMatchObject({ state: 'stopped', reason: 'pressed' });
    expect(
      client.sent.slice(sent).some((m) => decodeCommand(m.payload)?.signal === Signal.CANCEL_TRAJECTORY),
    ).toBe(true);
  });

  test('an arm that was homed again keeps its home at the next loss of the broker', () => {
    const world = new World();
    const client = world.ready();
    const outcome = finished();
    client.move(0.8, 4, outcome.done);
    world.run(7, () => outcome.text.startsWith('succ'));
    client.driver.stop('to home again');
    client.driver.reset(world.nowS);
    client.driver.home(world.nowS);
    world.run(8, () => client.driver.homed);
    expect(client.driver.homed).toBe(true);
    world.loseBroker();
    world.run(1);
    world.returnBroker();
    world.run(3);
    expect(client.driver.homed).toBe(true);
  });

  test('a process that is late at every tick still notices that the encoders are silent', () => {
    const world = new World();
    const client = world.ready();
    expect(client.driver.active).toBe(true);
    for (let k = 1; k <= 4; k++) client.driver.tick(world.nowS + 0.6 * k);
    expect(client.driver).toMatchObject({ state: 'fault' });
    expect(client.driver.reason).toMatch(/no encoder report/);
  });

  test.each(['executing', 'connected'] as const)(
    'a reboot while %s loses home; homing again works',
    (when) => {
      const world = new World(2);
      const client = world.ready();
      const outcome = finished();
      if (when === 'executing') client.move(1.0, 4, outcome.done);
      else {
        client.motion.stop('pause');
        world.run(1, () => client.driver.state === 'stopped');
        client.driver.reset(world.nowS);
      }
      world.run(1.5);
      world.firmware.reboot();
      world.run(4);
      expect(client.driver.homed).toBe(false);
      expect(client.driver.state).toBe(when === 'executing' ? 'fault' : 'connected');
      if (when === 'executing') expect(outcome.text).toMatch(/^aborted/);
      client.driver.reset(world.nowS);
      expect(() => client.motion.arm(world.nowS)).toThrow(/home it first/);
      world.run(1);
      client.driver.home(world.nowS);
      expect(world.run(5, () => client.driver.homed)).toBe(true);
      world.run(0.5);
      client.motion.arm(world.nowS);
      expect(world.firmware.violations).toEqual([]);
    },
  );

  test('a slipped encoder loses home', () => {
    const world = new World(4);
    const client = world.ready();
    world.run(1);
    world.firmware.loseHoming();
    world.run(2);
    expect([client.driver.state, client.driver.homed]).toEqual(['fault', false]);
    expect(client.driver.reason).toMatch(/jumped|error/);
  });

  test('silence of the encoders is a fault within the time-out', () => {
    const world = new World();
    const client = world.ready();
    client.move(1, 4, () => {});
    world.run(1);
    world.fromArm.faults = { drop: 1, corrupt: 0, delay: 0, delayS: 0 };
    world.run(0.8);
    expect(client.driver.state).toBe('fault');
    expect(client.driver.reason).toMatch(/no encoder report for 0\.5/);
    expect(client.driver.homed).toBe(true);
  });

  test('a motor that does not move is a fault', () => {
    const world = new World();
    const client = world.ready({ followingDegrees: 10 });
    world.toArm.faults = { drop: 1, corrupt: 0, delay: 0, delayS: 0 };
    client.move(1, 3, () => {});
    world.run(6, () => client.driver.state === 'fault');
    expect(client.driver.reason).toMatch(/joint 1 does not follow/);
  });

  test('lost, delayed and damaged messages: no violation, and motions get through or are reported', () => {
    let succeeded = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const world = new World(seed);
      const client = world.ready();
      world.fromArm.faults = { drop: 0.1, corrupt: 0.1, delay: 0.3, delayS: 0.15 };
      world.toArm.faults = { drop: 0.1, corrupt: 0, delay: 0.3, delayS: 0.15 };
      const outcome = finished();
      expect(client.move(0.6, 3, outcome.done)).toBe('');
      world.run(12, () => outcome.text !== '');
      expect(outcome.text).toMatch(/^(succeeded|aborted: stopped: \S)/);
      if (outcome.text.startsWith('succeeded')) succeeded++;
      else expect(client.driver.reason).not.toBe('');
      expect(world.firmware.violations).toEqual([]);
    }
    expect(succeeded).toBeGreaterThan(8);
  });

  test('one owner: a second driver cannot home or arm until the first is gone', () => {
    const world = new World();
    const first = world.ready({ instance: 'first' });
    const second = world.join({ instance: 'second' });
    world.run(1);
    expect(() => second.driver.home(world.nowS)).toThrow(/another driver holds the arm: first/);
    expect(first.driver.state).toBe('armed');
    first.driver.release();
    first.alive = false;
    world.run(1);
    second.driver.home(world.nowS);
    expect(world.run(5, () => second.driver.homed)).toBe(true);
  });

  test('a killed driver: the arm stops at its last reference, its successor homes it', () => {
    const world = new World();
    const first = world.ready({ instance: 'first' });
    first.move(1.5, 5, () => {});
    world.run(2);
    world.kill(first);
    world.run(2);
    expect(world.firmware.moving).toBe(false);
    const second = world.join({ instance: 'second' });
    world.run(1);
    expect(() => second.driver.arm(world.nowS)).toThrow(/home it first/);
    second.driver.home(world.nowS);
    expect(world.run(6, () => second.driver.homed)).toBe(true);
  });

  test('an arm that belongs to a stranger is left alone', () => {
    const world = new World();
    world.firmware.receive(
      'EDScorbot/commands',
      encodeCommand({ signal: Signal.CONNECT, client: { id: 'web' } }),
    );
    const client = world.join();
    world.run(2);
    expect(client.driver.heldBy).toBe('web');
    expect(() => client.driver.home(world.nowS)).toThrow(/belongs to "web"/);
  });

  test('a claim that comes second is overridden', () => {
    const world = new World();
    const client = world.ready({ instance: 'first' });
    client.sent.length = 0;
    world.toBroker({ topic: 'EDScorbot/owner', payload: encodeClaim('late'), retain: true });
    world.run(0.1);
    expect(client.driver.state).toBe('armed');
    expect(client.sent).toContainEqual({
      topic: 'EDScorbot/owner',
      payload: encodeClaim('first'),
      retain: true,
    });
  });

  test('points in degrees reach the controller as the same references', () => {
    const world = new World();
    const client = world.ready({ pointUnit: 'degrees' });
    client.sent.length = 0;
    client.move(0.3, 2, () => {});
    world.run(2.5);
    const points = client.sent
      .map((m) => JSON.parse(m.payload))
      .filter((m) => m.signal === Signal.MOVE_TO_POINT);
    const last: number[] = points.at(-1).point.coordinates;
    const references = last.map((d, j) => Math.trunc(d * ED_SCORBOT_JOINTS[j].referencePerDegree));
    expect(references[0]).toBe(Math.round(((0.3 * 180) / Math.PI) * ED_SCORBOT_JOINTS[0].referencePerDegree));
    references.forEach((r, j) =>
      expect(Math.abs(r)).toBeLessThanOrEqual(referenceRange(ED_SCORBOT_JOINTS[j])[1]),
    );
  });
});
