import type { Trajectory } from '../arm/trajectory/trajectory.js';
import type { MotionSource, SourceCycle } from './types.js';

/** A finished motion, known from its first to its last instant. Its joints are the commanded ones, in their order. */
export class TrajectorySource implements MotionSource {
  readonly start: Float64Array;
  private startS = 0;

  constructor(
    readonly trajectory: Trajectory,
    readonly name = 'trajectory',
  ) {
    this.start = trajectory.positions.slice(0, trajectory.joints.length);
  }

  begin(startS: number): void {
    this.startS = startS;
  }

  sample(cycle: SourceCycle, position: Float64Array, velocity: Float64Array): boolean {
    const t = cycle.nowS - this.startS;
    this.trajectory.sample(t, position, velocity);
    return t <= this.trajectory.durationS;
  }
}
