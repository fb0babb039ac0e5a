import { RecallSource } from '../../src/motion';
import { Rig } from './rig';

/** Reach of the tool-centre-point from the furthest axis, m: an angle's error times this bounds the TCP's. */
const reachM = 0.6;
const steps = 249;
const stepS = 0.01;

/** A recall of a smooth reach, row by row; minimum jerk, 0.7 and -0.4 rad. */
function recall() {
  let k = 0;
  return {
    next(row: Float64Array): boolean {
      if (k >= steps) return false;
      const s = (k + 0.5) / steps;
      const v = (30 * s ** 2 - 60 * s ** 3 + 30 * s ** 4) / (steps * stepS);
      row[0] = 0.7 * v;
      row[1] = -0.4 * v;
      k++;
      return true;
    },
  };
}

/** TCP error at the end, m, of a velocity-driven arm whose servos stand still for 0.5 s in the middle. */
function endErrorM(online: boolean): { errorM: number; outcome: string; lastedS: number } {
  const rig = new Rig('velocity').run(0.3);
  rig.gainPerS = online ? 4 : 0;
  // an open loop does not look where it ended
  rig.core.configure({ ...rig.settings_, goalToleranceRad: online ? 0.05 : 0 });
  rig.start(
    new RecallSource({
      recall: recall(),
      start: new Float64Array(2),
      stepS,
      phaseStop: online ? { slowRad: 0.02, stopRad: 0.08, longestS: 5 } : null,
    }),
  );
  const began = rig.nowS;
  rig.run(1.2);
  rig.servoStalledUntilS = rig.nowS + 0.5;
  expect(rig.until(() => rig.ends.length > 0)).toBe(true);
  const error = Math.hypot(rig.position[0] - 0.7, rig.position[1] + 0.4);
  return { errorM: error * reachM, outcome: rig.ends[0].outcome, lastedS: rig.nowS - began };
}

test('servos stall for 0.5 s: the recall that waits ends within 1 cm of its target, the open loop does not', () => {
  const waiting = endErrorM(true);
  expect(waiting.outcome).toBe('succeeded');
  expect(waiting.errorM).toBeLessThan(0.01);
  // it was held for about as long as the stall
  expect(waiting.lastedS).toBeGreaterThan(steps * stepS + 0.2);
  expect(endErrorM(false).errorM).toBeGreaterThan(0.03);
});

test.each(['topic', 'action', 'velocity'] as const)('without a stall it is in time, output %s', (kind) => {
  const rig = new Rig(kind).run(0.3);
  rig.start(
    new RecallSource({
      recall: recall(),
      start: new Float64Array(2),
      stepS,
      phaseStop: { slowRad: 0.02, stopRad: 0.08, longestS: 5 },
    }),
  );
  const began = rig.nowS;
  expect(rig.until(() => rig.ends.length > 0)).toBe(true);
  expect(rig.ends[0].outcome).toBe('succeeded');
  expect(rig.nowS - began).toBeLessThan(steps * stepS + 0.7);
  expect(Math.abs(rig.position[0] - 0.7)).toBeLessThan(0.006);
});

test('an arm that stands for good ends the recall, with the reason', () => {
  const rig = new Rig('velocity').run(0.3);
  rig.start(
    new RecallSource({
      recall: recall(),
      start: new Float64Array(2),
      stepS,
      phaseStop: { slowRad: 0.02, stopRad: 0.08, longestS: 1 },
    }),
  );
  rig.run(1);
  rig.servoStalledUntilS = Infinity;
  expect(rig.until(() => rig.ends.length > 0)).toBe(true);
  expect(rig.ends[0]).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('does not follow'),
  });
});
