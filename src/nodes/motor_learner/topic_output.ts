import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import {
  fromNanoseconds,
  type JointTrajectory,
  type Publisher,
  type RosTime,
  toNanoseconds,
  toTrajectoryMessage,
} from '../../ros/index.js';
import type { MotionEnd, MotionOutput } from './output.js';

/** Clocks and topic that an output works with. */
export interface TrajectoryTopic {
  publisher: Publisher<JointTrajectory>;
  /** ROS time. */
  now: () => RosTime;
  /** Monotonic ms. */
  nowMs: () => number;
}

/**
 * The motion as a message that begins at `startMs`. Where that is not ahead it has no stamp ("begin on arrival") and no
 * first knot: the controller starts from its own state.
 */
export function trajectoryMessage(
  motion: Trajectory,
  startMs: number,
  clock: Pick<TrajectoryTopic, 'now' | 'nowMs'>,
): JointTrajectory {
  const n = motion.joints.length;
  const aheadMs = startMs - clock.nowMs();
  const first = aheadMs > 0 ? 0 : 1;
  const rows = (values: Float64Array) =>
    Array.from(motion.timesS.subarray(first), (_, k) =>
      values.subarray((k + first) * n, (k + first + 1) * n),
    );
  return toTrajectoryMessage(
    {
      joints: motion.joints,
      times: motion.timesS.subarray(first),
      positions: rows(motion.positions),
      velocities: rows(motion.velocities),
      accelerations: rows(motion.accelerations),
    },
    aheadMs > 0 ? fromNanoseconds(toNanoseconds(clock.now()) + BigInt(Math.round(aheadMs * 1e6))) : undefined,
  );
}

/** Drives a joint_trajectory_controller by its topic. It gets no answer: the end is the motion's own. */
export class TopicOutput implements MotionOutput {
  private timer: NodeJS.Timeout | undefined;
  private resolve: ((end: MotionEnd) => void) | undefined;

  constructor(private readonly topic: TrajectoryTopic) {}

  unavailable(): string {
    const { publisher } = this.topic;
    return publisher.subscriptionCount > 0 ? '' : `nobody listens on ${publisher.topic}`;
  }

  perform(motion: Trajectory, startMs: number): Promise<MotionEnd> {
    this.end({ ok: false, message: 'replaced by another motion' });
    this.topic.publisher.publish(trajectoryMessage(motion, startMs, this.topic));
    const lastsMs = Math.max(0, startMs - this.topic.nowMs()) + 1000 * motion.durationS;
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.timer = setTimeout(() => this.end({ ok: true, message: '' }), lastsMs);
    });
  }

  brake(stopping: Trajectory): void {
    this.topic.publisher.publish(trajectoryMessage(stopping, -Infinity, this.topic));
    this.end({ ok: false, message: 'stopped' });
  }

  close(): void {
    this.end({ ok: false, message: 'closed' });
  }

  private end(end: MotionEnd): void {
    clearTimeout(this.timer);
    this.resolve?.(end);
    this.resolve = undefined;
  }
}
