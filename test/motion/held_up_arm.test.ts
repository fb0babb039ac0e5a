import { approachMove } from '../../src/arm/trajectory/moves';
import { TrajectorySource } from '../../src/motion';
import { type OutputKind, Rig } from './rig';

/** The arm's process is held up in the middle of a reach, and goes on with what it was told meanwhile. */
function heldUp(
  kind: OutputKind,
  seconds: number,
  catchesUp: boolean,
  stopAfterS = Infinity,
): { backRad: number; afterRestRad: number; state: string } {
  const rig = new Rig(kind).run(0.3);
  rig.catchesUp = catchesUp;
  const from = rig.position.slice();
  const to = Float64Array.of(1.2, -0.8);
  rig.start(new TrajectorySource(approachMove(from, to, rig.limits, 0.9)));
  expect(rig.until(() => rig.speed > 0.8)).toBe(true);
  rig.armStalledUntilS = rig.nowS + seconds;
  if (stopAfterS < seconds) {
    rig.run(stopAfterS);
    expect(rig.core.stop(rig.nowS, 'stop was asked for')).toBe('');
    rig.run(seconds - stopAfterS);
  } else rig.run(seconds);
  const furthest = rig.position.slice();
  let backRad = 0;
  const follow = (): void =>
    rig.position.forEach((p, j) => {
      const d = Math.sign(to[j]);
      if (d * (p - furthest[j]) > 0) furthest[j] = p;
      backRad = Math.max(backRad, d * (furthest[j] - p));
    });
  // it is told again where it goes on, for a while
  let restingS = 0;
  for (let k = 0; k < 1000 && restingS < 0.5; k++) {
    rig.run(0.01);
    follow();
    restingS = rig.speed < 1e-3 ? restingS + 0.01 : 0;
  }
  expect(restingS).toBeGreaterThanOrEqual(0.5 - 1e-9);
  const rested = rig.position.slice();
  rig.run(3);
  follow();
  const afterRestRad = Math.max(...rig.position.map((p, j) => Math.abs(p - rested[j])));
  return { backRad, afterRestRad, state: rig.core.state };
}

describe.each(['topic', 'action', 'velocity'] as const)('output %s', (kind) => {
  test.each(
    [0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 1, 3].flatMap((s) => [false, true].map((up) => [s, up] as const)),
  )(
    'an arm that was held up for %d s does not go back, and not on once it rests (it makes up for it: %p)',
    (seconds, catchesUp) => {
      const { backRad, afterRestRad, state } = heldUp(kind, seconds, catchesUp);
      if (seconds > 0.35) expect(state).toBe('stopped');
      expect(backRad).toBeLessThan(1e-3);
      expect(afterRestRad).toBeLessThan(1e-3);
    },
  );

  test.each([
    [0.1, 0.05],
    [0.2, 0.1],
    [0.4, 0.1],
    [0.6, 0.25],
  ])('nor where a stop was asked for meanwhile (%d s, asked for after %d s)', (seconds, stopAfterS) => {
    for (const catchesUp of [false, true]) {
      const { backRad, afterRestRad, state } = heldUp(kind, seconds, catchesUp, stopAfterS);
      expect(state).toBe('stopped');
      expect(backRad).toBeLessThan(1e-3);
      expect(afterRestRad).toBeLessThan(1e-3);
    }
  });
});
