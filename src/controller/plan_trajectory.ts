import { JointPlan, type Knot } from './joint_plan.js';
import type { ControllerParameters, TrajectoryInput, Verdict, ControlledJoint } from './types.js';
import { ErrorCode } from './types.js';
import { overLimit } from './validate.js';

/** Where the plan of a joint starts. */
export interface JointCommand {
  position: number;
  velocity: number;
}

/**
 * Plan of one joint from the present command through those points of a well-formed trajectory that still lie ahead. One
 * that began in the past (its stamp, a late message) is joined as fast as the limiter lets the joint catch up.
 * So is one that replaces another in motion: a stop that was worked out from a state of a moment ago must not be refused.
 * @param k index of the joint in input.jointNames. @param startS start of the trajectory on the plan's clock.
 * @param moving the arm is in motion.
 * @returns why not: a jump at its start, or a limit that would be exceeded.
 */
export function planJoint(
  input: TrajectoryInput,
  k: number,
  joint: ControlledJoint,
  command: JointCommand,
  nowS: number,
  startS: number,
  p: ControllerParameters,
  moving: boolean,
): JointPlan | Verdict {
  const value = (list: ArrayLike<number>) => (list.length > 0 ? list[k] : Number.NaN);
  const knots: Knot[] = [
    { timeS: nowS, position: command.position, velocity: command.velocity, acceleration: 0 },
  ];
  let first = -1;
  let integrated: Knot = { ...knots[0], timeS: startS };
  for (let i = 0; i < input.points.length; i++) {
    const point = input.points[i];
    const knot: Knot = {
      timeS: startS + point.timeFromStartS,
      position: value(point.positions),
      velocity: value(point.velocities),
      acceleration: value(point.accelerations),
    };
    if (point.positions.length === 0) {
      const from = Number.isNaN(integrated.velocity) ? 0 : integrated.velocity;
      knot.position = integrated.position + ((from + knot.velocity) / 2) * (knot.timeS - integrated.timeS);
    }
    integrated = knot;
    if (knot.timeS > nowS) {
      if (first < 0) first = i;
      // A first point due in a moment and near the command takes its place: the time left may be too short for a motion.
      const near = Math.abs(knot.position - command.position) <= p.startToleranceRad;
      if (i === 0 && point.timeFromStartS === 0 && near) knots[0].position = knot.position;
      knots.push(knot);
    } else if (i === 0 && input.startS === undefined) {
      // A first point at time 0 says where the sender believes the arm to be: it takes the command's place.
      const gap = knot.position - command.position;
      if (Math.abs(gap) > p.startToleranceRad)
        return {
          code: ErrorCode.INVALID_GOAL,
          text: `jump: points[0] at time 0 puts ${joint.name} at ${knot.position.toFixed(4)} rad, it is at ${command.position.toFixed(4)} rad (more than ${p.startToleranceRad} rad away); give it a time_from_start to approach`,
        };
      knots[0] = knot;
      first = i;
    } else if (i === input.points.length - 1) {
      // All points but none ahead can only happen within one instant of the end: go there at once, limited.
      knots.push({ ...knot, timeS: nowS + 1e-9 });
      first = i;
    }
  }
  const plan = new JointPlan(knots);
  const bridge = knots.length - (input.points.length - first);
  return overLimit(plan, joint, bridge, moving || first > 0) ?? plan;
}
