import type { ControllerParameters, JointTolerance, Verdict } from './types.js';
import { ErrorCode } from './types.js';

/** control_msgs/JointTolerance without ROS. */
export interface NamedTolerance {
  name: string;
  position: number;
  velocity: number;
  acceleration: number;
}

/** What a goal may say about tolerances. */
export interface GoalTolerances {
  path?: readonly NamedTolerance[];
  goal?: readonly NamedTolerance[];
  goalTimeS?: number;
}

/** Tolerances in force, per joint of the controller. */
export interface Tolerances {
  path: JointTolerance[];
  goal: JointTolerance[];
  goalTimeS: number;
}

/** The controller's own tolerances. */
export function parameterTolerances(joints: number, p: ControllerParameters): Tolerances {
  const at = (list: readonly number[], j: number) => list[j] ?? 0;
  const every = (make: (j: number) => JointTolerance) => Array.from({ length: joints }, (_, j) => make(j));
  return {
    path: every((j) => ({
      positionRad: at(p.pathToleranceRad, j),
      velocityRadPerS: 0,
      accelerationRadPerS2: 0,
    })),
    goal: every((j) => ({
      positionRad: at(p.goalToleranceRad, j),
      velocityRadPerS: p.stoppedVelocityToleranceRadPerS,
      accelerationRadPerS2: 0,
    })),
    goalTimeS: p.goalTimeS,
  };
}

/**
 * A goal's tolerances over the controller's: 0 keeps the default, -1 takes it away, other negative values and unknown
 * joints are an error (joint_trajectory_controller then falls back to its defaults without a word to the client).
 */
export function goalTolerances(
  defaults: Tolerances,
  given: GoalTolerances,
  joints: readonly string[],
): Tolerances | Verdict {
  const out: Tolerances = {
    path: defaults.path.map((t) => ({ ...t })),
    goal: defaults.goal.map((t) => ({ ...t })),
    goalTimeS: defaults.goalTimeS,
  };
  const resolve = (standard: number, value: number): number | undefined =>
    value === 0 ? standard : value > 0 ? value : value === -1 ? 0 : undefined;
  for (const [field, list, into] of [
    ['path_tolerance', given.path ?? [], out.path],
    ['goal_tolerance', given.goal ?? [], out.goal],
  ] as const)
    for (const t of list) {
      const j = joints.indexOf(t.name);
      if (j < 0)
        return {
          code: ErrorCode.INVALID_JOINTS,
          text: `${field}: joint "${t.name}" is not one of ${joints.join(', ')}`,
        };
      const position = resolve(into[j].positionRad, t.position);
      const velocity = resolve(into[j].velocityRadPerS, t.velocity);
      const acceleration = resolve(into[j].accelerationRadPerS2, t.acceleration);
      if (position === undefined || velocity === undefined || acceleration === undefined)
        return {
          code: ErrorCode.INVALID_GOAL,
          text: `${field} of ${t.name}: expected >= 0 or -1 (none), got ${t.position}, ${t.velocity}, ${t.acceleration}`,
        };
      into[j] = { positionRad: position, velocityRadPerS: velocity, accelerationRadPerS2: acceleration };
    }
  const time = resolve(defaults.goalTimeS, given.goalTimeS ?? 0);
  if (time === undefined)
    return {
      code: ErrorCode.INVALID_GOAL,
      text: `goal_time_tolerance: expected >= 0 or -1 (none), got ${given.goalTimeS}`,
    };
  out.goalTimeS = time;
  return out;
}

/** First quantity of an error that lies outside a tolerance, in words; undefined when all is inside. */
export function violation(
  t: JointTolerance,
  positionError: number,
  velocityError: number,
  accelerationError = 0,
): string | undefined {
  if (t.positionRad > 0 && !(Math.abs(positionError) <= t.positionRad))
    return `position error ${positionError.toFixed(4)} rad, tolerance ${t.positionRad} rad`;
  if (t.velocityRadPerS > 0 && !(Math.abs(velocityError) <= t.velocityRadPerS))
    return `velocity error ${velocityError.toFixed(4)} rad/s, tolerance ${t.velocityRadPerS} rad/s`;
  if (t.accelerationRadPerS2 > 0 && !(Math.abs(accelerationError) <= t.accelerationRadPerS2))
    return `acceleration error ${accelerationError.toFixed(4)} rad/s^2, tolerance ${t.accelerationRadPerS2} rad/s^2`;
  return undefined;
}
