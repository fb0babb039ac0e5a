import { defaultParameters } from '../controller/types.js';
import { SlowingController } from './slowing_controller.js';

const joint = { name: 'a', lowerRad: -2, upperRad: 2, velocityRadPerS: 0.5, accelerationRadPerS2: 1 };

/** Follows one point: time taken, top speed of the command. */
function perform(rad: number, seconds: number, slowing: boolean) {
  const controller = new SlowingController([joint], defaultParameters(1));
  const factors: number[] = [];
  controller.slowing = slowing;
  controller.slowed = (f) => factors.push(f);
  controller.activate(0, [0]);
  let done = '';
  const point = { positions: [rad], velocities: [0], accelerations: [], effort: [], timeFromStartS: seconds };
  const answer = controller.follow({ jointNames: ['a'], points: [point] }, 0, (o) => (done = o.status));
  let speed = 0;
  let nowS = 0;
  while (!done && typeof answer === 'number' && nowS < 100) {
    nowS += 0.01;
    const state = controller.update(nowS, controller.state.commandPosition, controller.state.commandVelocity);
    speed = Math.max(speed, Math.abs(state.commandVelocity[0]));
  }
  return { answer, done, speed, seconds: nowS, factors, end: controller.state.commandPosition[0] };
}

test('what keeps the limits is performed as asked', () => {
  const { done, seconds, factors } = perform(1, 4, true);
  expect(done).toBe('succeeded');
  expect(seconds).toBeCloseTo(4, 1);
  expect(factors).toEqual([]);
});

test('what is too fast is performed at the limit, to the same end', () => {
  // A cubic rest-to-rest motion peaks at 1.5 x distance / time and accelerates by 6 x distance / time^2.
  const { done, speed, seconds, factors, end } = perform(1, 0.5, true);
  const needed = Math.max(1.5 / 0.5, Math.sqrt(6));
  expect(done).toBe('succeeded');
  expect(seconds).toBeCloseTo(needed, 1);
  expect(factors).toHaveLength(1);
  expect(factors[0]).toBeCloseTo(needed / 0.5, 1);
  expect(speed).toBeLessThanOrEqual(0.5 + 1e-9);
  expect(end).toBeCloseTo(1, 3);
});

test('without slowing it is refused, and so is what no slowing mends', () => {
  expect(perform(1, 0.5, false).answer).toMatchObject({
    text: expect.stringMatching(/(velocity|acceleration) limit/),
  });
  expect(perform(3, 0.5, true).answer).toMatchObject({ text: expect.stringMatching(/position limit/) });
});
