import fc from 'fast-check';
import { JointTrajectoryController } from './joint_trajectory_controller.js';
import { defaultParameters } from './types.js';

const joint = {
  name: 'joint',
  lowerRad: -3,
  upperRad: 3,
  velocityRadPerS: 1,
  accelerationRadPerS2: 2,
};

/** A joint in motion at `speed` gets a stop of so long, `lateS` after it was made; what it did from then on. */
function stopped(speed: number, lateS: number, durationS: number, stamped: boolean, stop = true) {
  const controller = new JointTrajectoryController([joint], { ...defaultParameters(1), maxStepS: 0.05 });
  let nowS = 10;
  controller.activate(nowS, [0]);
  const cycle = (): void => {
    nowS += 0.01;
    const { commandPosition, commandVelocity } = controller.state;
    controller.update(nowS, commandPosition.slice(), commandVelocity.slice());
  };
  const to = (position: number, timeFromStartS: number, more: object) =>
    controller.follow(
      {
        jointNames: ['joint'],
        points: [{ positions: [position], velocities: [0], accelerations: [0], effort: [], timeFromStartS }],
        ...more,
      },
      nowS,
    );
  to(3 * Math.sign(speed), (1.9 * 3) / Math.abs(speed), {});
  while (Math.abs(controller.state.commandVelocity[0]) < 0.8 * Math.abs(speed)) cycle();
  const madeS = nowS;
  const from = controller.state.commandPosition[0];
  const v = controller.state.commandVelocity[0];
  while (nowS < madeS + lateS) cycle();
  const before = controller.state.commandVelocity[0];
  const answer = to(from + (v * durationS) / 2, durationS, { stop, startS: stamped ? madeS : undefined });
  const speeds: number[] = [before];
  for (let k = 0; k < 400; k++) {
    cycle();
    speeds.push(controller.state.commandVelocity[0]);
  }
  return { answer, speeds, mode: controller.state.mode };
}

test('a stop slows down only, never turns, and is never refused, however late it comes', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      fc.boolean(),
      fc.double({ min: 0, max: 1.5, noNaN: true }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      fc.boolean(),
      (speed, up, lateS, durationS, stamped) => {
        const { answer, speeds, mode } = stopped(up ? speed : -speed, lateS, durationS, stamped);
        expect(typeof answer).toBe('number');
        const sign = up ? 1 : -1;
        for (let k = 1; k < speeds.length; k++) {
          expect(sign * speeds[k]).toBeGreaterThan(-1e-9);
          expect(sign * speeds[k]).toBeLessThan(sign * speeds[k - 1] + 2e-3);
        }
        expect(Math.abs(speeds[399])).toBeLessThan(1e-6);
        expect(mode).toBe('holding');
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});

test('the same as a motion like any other leads it back', () => {
  const { speeds } = stopped(0.8, 0.3, 0.6, false, false);
  expect(Math.min(...speeds)).toBeLessThan(-0.05);
});
