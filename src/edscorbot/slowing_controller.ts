import { JointTrajectoryController } from '../controller/joint_trajectory_controller.js';
import type { GoalTolerances } from '../controller/tolerances.js';
import type { GoalOutcome, TrajectoryInput, Verdict } from '../controller/types.js';

/** A trajectory that would take longer than this many times its own duration is refused. */
const MOST = 1000;

/** A joint_trajectory_controller that can perform what is too fast for the joints slower, along the same path. */
export class SlowingController extends JointTrajectoryController {
  /** Slows down; false: refuses as any joint_trajectory_controller does. */
  slowing = false;
  /** Told how many times slower a trajectory is performed. */
  slowed: (factor: number) => void = () => undefined;

  override follow(
    input: TrajectoryInput,
    nowS: number,
    finished?: (outcome: GoalOutcome) => void,
    given?: GoalTolerances,
  ): number | Verdict {
    let factor = 1;
    for (;;) {
      const answer = super.follow(slower(input, factor), nowS, finished, given);
      const tooFast = typeof answer === 'number' ? undefined : answer.tooFast;
      if (typeof answer === 'number' && factor > 1) this.slowed(factor);
      // A little more than asked for, so that rounding does not ask again.
      if (tooFast !== undefined) factor *= Math.max(1.001, tooFast);
      if (!this.slowing || tooFast === undefined || factor > MOST) return answer;
    }
  }
}

/** The same path, in `factor` times the time. */
function slower(input: TrajectoryInput, factor: number): TrajectoryInput {
  if (factor === 1) return input;
  const over = (values: ArrayLike<number>, by: number) => Array.from(values, (v) => v / by);
  return {
    ...input,
    points: input.points.map((p) => ({
      ...p,
      velocities: over(p.velocities, factor),
      accelerations: over(p.accelerations, factor * factor),
      timeFromStartS: p.timeFromStartS * factor,
    })),
  };
}
