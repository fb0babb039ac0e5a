import type { JointLimits } from '../../arm/limits/joint_limits.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import type { Publisher } from '../../ros/index.js';
import type { JointMonitor } from './joint_monitor.js';
import type { MotionEnd, MotionOutput } from './output.js';

/** What streaming works with. */
export interface VelocityStream {
  publisher: Publisher<{ layout: object; data: Float64Array }>;
  joints: JointMonitor;
  limits: readonly JointLimits[];
  /** Monotonic ms. */
  nowMs: () => number;
  /** Calls back periodically until the returned function is called. */
  every: (periodS: number, callback: () => void) => () => void;
  settings: () => { rateHz: number; gain: number; maxGapS: number };
}

/** After the end zeros go out for this long, so that a lost message does no harm. */
const zerosMs = 200;
/** Longest cycle that the limits are taken over, s: after a longer one the command changes as after this. */
const longestCycleS = 0.05;

/**
 * Drives a forward_velocity_controller: streams the motion's velocity plus a correction of the measured position error.
 * Every command keeps the velocity limits and changes by no more than the acceleration limits from cycle to cycle.
 */
export class VelocityOutput implements MotionOutput {
  private readonly command: Float64Array;
  private readonly position: Float64Array;
  private readonly velocity: Float64Array;
  private motion: Trajectory | undefined;
  private braking = false;
  private startMs = 0;
  private lastMs = 0;
  private stillSinceMs = 0;
  private stopTimer: (() => void) | undefined;
  private resolve: ((end: MotionEnd) => void) | undefined;

  constructor(private readonly stream: VelocityStream) {
    const n = stream.limits.length;
    this.command = new Float64Array(n);
    this.position = new Float64Array(n);
    this.velocity = new Float64Array(n);
  }

  unavailable(): string {
    const { publisher } = this.stream;
    return publisher.subscriptionCount > 0 ? '' : `nobody listens on ${publisher.topic}`;
  }

  perform(motion: Trajectory, startMs: number): Promise<MotionEnd> {
    this.end({ ok: false, message: 'replaced by another motion' });
    this.motion = motion;
    this.braking = false;
    this.startMs = startMs;
    this.lastMs = Number.NaN;
    this.stillSinceMs = Infinity;
    this.stopTimer ??= this.stream.every(1 / this.stream.settings().rateHz, () => this.cycle());
    return new Promise((resolve) => (this.resolve = resolve));
  }

  brake(_stopping: Trajectory): void {
    if (!this.stopTimer) return;
    this.braking = true;
    this.end({ ok: false, message: 'stopped' });
  }

  close(): void {
    this.stopTimer?.();
    this.stopTimer = undefined;
    this.command.fill(0);
    this.publish();
    this.end({ ok: false, message: 'closed' });
  }

  private cycle(): void {
    const { stream, motion, command } = this;
    const nowMs = stream.nowMs();
    const { rateHz, gain, maxGapS } = stream.settings();
    const dtS = Number.isNaN(this.lastMs) ? 1 / rateHz : (nowMs - this.lastMs) / 1000;
    this.lastMs = nowMs;
    if (dtS > maxGapS && !this.braking) {
      this.braking = true;
      this.end({ ok: false, message: `the stream was held up for ${(1000 * dtS).toFixed(0)} ms` });
    }
    const t = (nowMs - this.startMs) / 1000;
    const over = !motion || this.braking || t > motion.durationS;
    if (motion && !over) motion.sample(t, this.position, this.velocity);
    let moving = false;
    for (let j = 0; j < command.length; j++) {
      const wanted =
        over || t < 0 ? 0 : this.velocity[j] + gain * (this.position[j] - stream.joints.positions[j]);
      command[j] = limited(
        wanted,
        command[j],
        stream.joints.positions[j],
        stream.limits[j],
        Math.min(dtS, longestCycleS),
      );
      moving ||= command[j] !== 0;
    }
    this.publish();
    if (over && !this.braking) this.end({ ok: true, message: '' });
    if (moving || !over) this.stillSinceMs = nowMs;
    else if (nowMs - this.stillSinceMs > zerosMs) {
      this.stopTimer?.();
      this.stopTimer = undefined;
      this.motion = undefined;
    }
  }

  private publish(): void {
    this.stream.publisher.publish({ layout: { dim: [], data_offset: 0 }, data: this.command });
  }

  private end(end: MotionEnd): void {
    this.resolve?.(end);
    this.resolve = undefined;
  }
}

/** The allowed velocity nearest to the wanted one, after `before` one cycle ago at a measured position; rad/s. */
export function limited(
  wanted: number,
  before: number,
  position: number,
  limits: Pick<JointLimits, 'lower' | 'upper' | 'velocity' | 'acceleration'>,
  dtS: number,
): number {
  const step = limits.acceleration * dtS;
  // fastest from which the joint still stops before its position limit
  const up = Math.min(
    limits.velocity,
    Math.sqrt(2 * limits.acceleration * Math.max(0, limits.upper - position)),
  );
  const down = Math.min(
    limits.velocity,
    Math.sqrt(2 * limits.acceleration * Math.max(0, position - limits.lower)),
  );
  const target = Math.min(up, Math.max(-down, Number.isFinite(wanted) ? wanted : 0));
  return Math.min(before + step, Math.max(before - step, target));
}
