import fc from 'fast-check';
import { degreesOfReference, ED_SCORBOT_JOINTS } from '../../src/edscorbot/calibration.js';
import { DEFAULT_DRIVER } from '../../src/edscorbot/driver.js';
import { Random } from '../../src/kernels/random.js';
import { World } from './rig.js';

const act = fc.constantFrom(
  ...['home', 'arm', 'stop', 'reset', 'reboot', 'slip', 'broker off', 'broker on', 'bad link', 'good link'],
);
const step = fc.record({
  act: fc.oneof(act, fc.constantFrom('move', 'arm')),
  rad: fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(NaN, Infinity)),
  seconds: fc.double({ min: 0.05, max: 4, noNaN: true }),
  wait: fc.double({ min: 0.02, max: 3, noNaN: true }),
});

test('whatever happens in whatever order: no bad reference, none unasked for, and the arm can be used again', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.integer({ min: 1, max: 1000 }),
      (steps, seed) => {
        const world = new World(seed, { homingS: 0.5, bootS: 0.3 });
        // Every other arm is ready for motion from the start.
        const client = seed % 2 ? world.ready() : world.join();
        const { driver, motion } = client;
        let broker = true;
        let slippedS = Infinity;
        const attempt = (work: () => void): void => {
          try {
            work();
          } catch (error) {
            expect((error as Error).message).toMatch(/^(home|arm): \S/);
          }
        };
        for (const { act: what, rad, seconds, wait } of steps) {
          const before = world.firmware.references.length;
          const wasActive = driver.active;
          if (what === 'home') attempt(() => driver.home(world.nowS));
          else if (what === 'arm') attempt(() => motion.arm(world.nowS));
          else if (what === 'stop') motion.stop('test');
          else if (what === 'reset') driver.reset(world.nowS);
          else if (what === 'move') client.move(rad, seconds, () => {});
          else if (what === 'reboot') world.firmware.reboot();
          else if (what === 'slip') {
            world.firmware.loseHoming();
            slippedS = Math.min(slippedS, world.nowS);
          } else if (what === 'broker off' && broker) world.loseBroker();
          else if (what === 'broker on' && !broker) world.returnBroker();
          else if (what === 'bad link') {
            world.fromArm.faults = { drop: 0.2, corrupt: 0.2, delay: 0.4, delayS: 0.3 };
            world.toArm.faults = { drop: 0.2, corrupt: 0, delay: 0, delayS: 0 };
          } else if (what === 'good link')
            world.toArm.faults = world.fromArm.faults = { drop: 0, corrupt: 0, delay: 0, delayS: 0 };
          if (what === 'broker off') broker = false;
          if (what === 'broker on') broker = true;
          const active = driver.active;
          world.run(wait);
          if (!wasActive && !active) expect(world.firmware.references.length).toBe(before);
        }
        // A slip is seen after the next encoder reports: what went out before that was sent in good faith.
        const bad = world.firmware.violations.filter(
          (v) => v.atS < slippedS || !/before homing/.test(v.text),
        );
        expect(bad).toEqual([]);
        const sent = client.sent.map((m) => m.payload).filter((p) => p.includes('"point"'));
        for (const payload of sent) expect(payload).not.toMatch(/null|NaN|Infinity|\./);

        if (!broker) world.returnBroker();
        world.toArm.faults = world.fromArm.faults = { drop: 0, corrupt: 0, delay: 0, delayS: 0 };
        motion.stop('tidy up');
        world.run(4);
        driver.reset(world.nowS);
        world.run(2);
        driver.home(world.nowS);
        expect(world.run(6, () => driver.homed)).toBe(true);
        world.run(0.5);
        motion.arm(world.nowS);
        let end = '';
        expect(client.move(0.2, 2, (t) => (end = t))).toBe('');
        world.run(10, () => end !== '');
        expect(end).toMatch(/^succeeded/);
      },
    ),
    { numRuns: 60, seed: 11 },
  );
}, 120000);

test('consecutive references keep the speed limit while targets jump about', () => {
  const random = new Random(3);
  const world = new World(3, { homingS: 0.2 });
  const client = world.ready({ referencePeriodS: 0.1 }, [0.4, 0.4, 0.4, 0.4]);
  for (let k = 0; k < 40; k++) {
    client.move(4 * random.uniform() - 2, 0.5 + 4 * random.uniform(), () => {});
    world.run(0.1 + random.uniform());
  }
  const { references } = world.firmware;
  expect(references.length).toBeGreaterThan(100);
  for (let i = 1; i < references.length; i++)
    ED_SCORBOT_JOINTS.forEach((joint, j) => {
      const turned = Math.abs(
        degreesOfReference(joint, references[i].values[j] - references[i - 1].values[j]),
      );
      const seconds = references[i].atS - references[i - 1].atS;
      expect(turned).toBeLessThanOrEqual(DEFAULT_DRIVER.degreesPerS[j] * seconds + 1e-6);
    });
});
