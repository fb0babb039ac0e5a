import type { JointLimits } from '../arm/limits/joint_limits.js';
import { stoppingMove } from '../arm/trajectory/moves.js';
import { Trajectory } from '../arm/trajectory/trajectory.js';

/** Part of the acceleration limits that stopping uses: what is left makes up for the arm's lag behind its command. */
const stopPart = 0.7;
/** Shortest stop, s: a small lag of the arm is no jump then. */
export const shortestStopS = 0.1;
/** Time over which a hard stop lets its deceleration go, s. */
const fadeS = 2e-3;
/** Knots closer together are one, s. */
const closestS = 1e-6;

/**
 * From a moving state (rad, rad/s) to rest: all joints in the same time, well within the limits. Where that would lead out of
 * the position limits each joint stops as hard as it may. @param shortestS it takes at least so long.
 */
export function brakingMove(
  position: Float64Array,
  velocity: Float64Array,
  limits: readonly JointLimits[],
  shortestS = shortestStopS,
): Trajectory {
  const stop = stoppingMove(
    position,
    velocity,
    limits.map((l) => ({ ...l, acceleration: stopPart * l.acceleration })),
  );
  const durationS = Math.max(shortestS, stop.durationS);
  const end = (j: number): number => position[j] + (velocity[j] * durationS) / 2;
  const leaves = limits.some(
    (l, j) => (velocity[j] > 0 && end(j) > l.upper) || (velocity[j] < 0 && end(j) < l.lower),
  );
  if (leaves) return hardStop(position, velocity, limits);
  const positions = stop.positions.map((p, k) => (k < limits.length ? p : end(k - limits.length)));
  return new Trajectory(
    stop.joints,
    Float64Array.of(0, durationS),
    positions,
    stop.velocities,
    stop.accelerations,
  );
}

/** Every joint by itself: constant deceleration at its limit, let go over the last moment: v^2 / 2a and a trifle. */
function hardStop(
  position: Float64Array,
  velocity: Float64Array,
  limits: readonly JointLimits[],
): Trajectory {
  const n = limits.length;
  const knots = new Set([0]);
  const plan = limits.map(({ acceleration: a }, j) => {
    // slower than any arm can: at rest
    const v = Math.abs(velocity[j]) < 1e-12 ? 0 : Math.abs(velocity[j]);
    const fade = Math.min(fadeS, (2 * v) / a);
    const hold = v / a - fade / 2;
    if (v > 0) {
      knots.add(hold);
      knots.add(hold + fade);
    }
    return { a, v, hold, fade, sign: Math.sign(velocity[j]) };
  });
  // knots of different joints that all but coincide would only cost digits
  const sorted = [...knots].sort((x, y) => x - y);
  const timesS = Float64Array.from(
    sorted.filter((t, k) => k === 0 || k === sorted.length - 1 || sorted[k + 1] - t > closestS),
  );
  if (timesS.length === 1)
    return new Trajectory(
      limits.map((l) => l.name),
      Float64Array.of(0, shortestStopS),
      Float64Array.from([...position, ...position]),
      new Float64Array(2 * n),
      new Float64Array(2 * n),
    );
  const [p, v, a] = [0, 0, 0].map(() => new Float64Array(timesS.length * n));
  timesS.forEach((t, k) =>
    plan.forEach((joint, j) => {
      const held = Math.min(t, joint.hold);
      let distance = joint.v * held - (joint.a * held * held) / 2;
      let speed = joint.v - joint.a * held;
      let deceleration = joint.a;
      if (t > joint.hold && joint.fade > 0) {
        // deceleration a (1 - s), s = 0..1 over the fade
        const s = t >= joint.hold + joint.fade ? 1 : (t - joint.hold) / joint.fade;
        const x = s * joint.fade;
        distance += speed * x - joint.a * (x * x) * (1 / 2 - s / 6);
        speed = Math.max(0, speed - joint.a * x * (1 - s / 2));
        deceleration = joint.a * (1 - s);
        if (s === 1) speed = 0;
      } else if (joint.v === 0) deceleration = 0;
      p[k * n + j] = position[j] + joint.sign * distance;
      v[k * n + j] = speed > 0 ? joint.sign * speed : 0;
      a[k * n + j] = -joint.sign * deceleration;
    }),
  );
  return new Trajectory(
    limits.map((l) => l.name),
    timesS,
    p,
    v,
    a,
  );
}
