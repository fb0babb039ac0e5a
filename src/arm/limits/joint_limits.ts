import { reject } from '../../input_error.js';
import type { RobotModel } from '../urdf/model.js';
import type { LimitsConfig } from './config.js';

/** What a joint may do; rad (m where prismatic) and s. Infinity where nothing limits it. */
export interface JointLimits {
  name: string;
  /** Position range of planned motions: the hard limits less the soft margin. */
  lower: number;
  upper: number;
  velocity: number;
  acceleration: number;
  jerk: number;
}

/** Accelerations and jerks where no configuration gives any: gentle for an arm of this size. */
export const defaultAcceleration = 4;
export const defaultJerk = 100;

/**
 * Limits of the named joints, from the robot description and, tighter, from the configuration.
 * @throws InputError: joint unknown or fixed; a configured limit looser than the description's; a margin that leaves no range.
 */
export function jointLimits(
  model: RobotModel,
  joints: readonly string[],
  config?: LimitsConfig,
): JointLimits[] {
  return joints.map((name, i) => {
    const { limit: hard, soft } = model.joints.find((j) => j.name === name) ?? {};
    if (!hard) reject('unknown-joint', `joints[${i}]`, `a moving joint of robot ${model.name}`, name);
    if (!(hard.velocity > 0))
      reject(
        'out-of-range',
        `joint ${name} > limit velocity`,
        'more than 0 for a joint that moves',
        hard.velocity,
      );
    const given = config?.joints[name] ?? {};
    const field = (key: string) => `joint_limits.${name}.${key}`;
    const tighter = (key: string, value: number | undefined, bound: number): number => {
      if (value !== undefined && value > bound + 1e-9)
        reject('looser-than-urdf', field(key), `at most the robot description's ${bound}`, value);
      return value ?? bound;
    };
    const margin = config?.softMargin ?? 0;
    const wanted = {
      lower: -tighter('min_position', given.lower === undefined ? undefined : -given.lower, -hard.lower),
      upper: tighter('max_position', given.upper, hard.upper),
    };
    const lower = Math.max(wanted.lower + margin, soft?.lower ?? -Infinity);
    const upper = Math.min(wanted.upper - margin, soft?.upper ?? Infinity);
    if (!(lower < upper)) reject('out-of-range', 'soft_margin', `a range left for ${name}`, margin);
    return {
      name,
      lower,
      upper,
      velocity: tighter('max_velocity', given.velocity, hard.velocity),
      acceleration: given.acceleration ?? defaultAcceleration,
      jerk: given.jerk ?? defaultJerk,
    };
  });
}
