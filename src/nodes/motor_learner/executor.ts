/**
 * The motion core for those who wait for it: promises for its ends, names for its states, a tick that is called by the node's
 * timers. All that moves or stops an arm is the core's.
 */
import type { JointLimits } from '../../arm/limits/joint_limits.js';
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import {
  type ArmOutput,
  type MeasuredJoints,
  MotionCore,
  type MotionEnd,
  type MotionSettings,
  type MotionSink,
  type MotionSource,
  TrajectorySource,
} from '../../motion/index.js';
import { notPerformed, type Performance, recordInto } from './performance.js';
import { selectJoints } from './select_joints.js';

export type ExecutorState = 'idle' | 'approaching' | 'executing' | 'stopping' | 'stopped';
export type Stage = 'approaching' | 'executing';

const stateNames = {
  idle: 'idle',
  approach: 'approaching',
  execute: 'executing',
  brake: 'stopping',
  stopped: 'stopped',
} as const;

/** Between two reports of progress, s. */
const reportS = 0.1;
/** Longest that a first joint state is waited for, s. */
const firstStateS = 3;

export interface ExecutorOptions {
  joints: MeasuredJoints;
  /** Of the commanded joints, in their order. */
  limits: readonly JointLimits[];
  settings: MotionSettings;
  output: () => ArmOutput;
  approach: (from: Float64Array, to: Float64Array, speed: number) => Trajectory;
  /** Last look at a motion before it begins: why it must not; empty where it may. */
  vet?: (motion: Trajectory) => string;
  /** How a motion is made: null as it is, else a source that makes it while it runs. */
  source?: (motion: Trajectory, performed: Trajectory) => MotionSource | null;
  /** Monotonic s. */
  nowS: () => number;
  /** ROS time, s. */
  rosNowS: () => number;
  onChange: () => void;
  /** Told what a person should know. */
  onTrouble: (message: string) => void;
  sink?: MotionSink;
}

export class Executor {
  /** ROS time at which the motion that is performed, or was last, begins, s; 0: none yet. */
  motionStartRosS = 0;
  private readonly core: MotionCore;
  private waiting: (() => void)[] = [];
  private progress: ((nowS: number) => void) | undefined;
  private reportedS = -Infinity;

  constructor(private readonly options: ExecutorOptions) {
    const { joints, limits, settings, output, approach, onChange, onTrouble, sink } = options;
    this.core = new MotionCore({
      measured: joints,
      limits,
      settings,
      output,
      approach,
      onTrouble,
      sink: {
        ...sink,
        state: (nowS, state, reason) => {
          sink?.state?.(nowS, state, reason);
          onChange();
        },
      },
    });
  }

  get state(): ExecutorState {
    return stateNames[this.core.state];
  }

  /** Why it is stopped; empty where it is not. */
  get stopReason(): string {
    return this.core.stopReason;
  }

  get busy(): boolean {
    return this.core.busy;
  }

  heartbeat(): void {
    this.core.heartbeat(this.options.nowS());
  }

  /** Why no motion can begin now; empty where one can. */
  refusal(): string {
    return this.core.refusal(this.options.nowS());
  }

  /** What is wrong with what must go on all the time: joint states, heartbeat. Empty where all is well. */
  watch(): string {
    return this.core.watch(this.options.nowS());
  }

  configure(settings: MotionSettings): void {
    this.core.configure(settings);
  }

  /**
   * Brings the arm to the motion's start and lets it perform. Resolves when it is over, refused or interrupted; never rejects.
   * @param motion of any joints, from rest to rest. @param signal ends it early, braking, without latching.
   */
  async perform(
    motion: Trajectory,
    signal?: AbortSignal,
    onStage: (stage: Stage, progress: number) => void = () => {},
  ): Promise<Performance> {
    const { joints, nowS, rosNowS } = this.options;
    await this.firstState();
    if (signal?.aborted) return notPerformed(reasonOf(signal));
    if (!joints.complete || this.core.stopReason) return notPerformed(this.refusal() || 'no joint states');
    let source: MotionSource;
    try {
      const wrong = this.options.vet?.(motion);
      if (wrong) return notPerformed(wrong);
      const performed = selectJoints(
        motion,
        joints.joints,
        (name) => joints.position[joints.joints.indexOf(name)],
      );
      source = this.options.source?.(motion, performed) ?? new TrajectorySource(performed);
    } catch (error) {
      return notPerformed((error as Error).message || 'the motion could not be made');
    }
    const recorded = notPerformed('');
    let leave = (): void => {};
    const end = await new Promise<MotionEnd>((resolve) => {
      const abort = (): void => this.core.cancel(nowS(), reasonOf(signal), source);
      signal?.addEventListener('abort', abort, { once: true });
      this.core.start(
        {
          source,
          onStage: (stage, startS, durationS) => {
            const name = stageNames[stage];
            if (stage === 'execute') {
              this.motionStartRosS = rosNowS() + startS - nowS();
              leave = recordInto(recorded, joints, startS, this.motionStartRosS);
              this.options.onChange();
            }
            const lastsS = Number.isFinite(durationS) ? durationS : motion.durationS;
            this.progress = (at) => onStage(name, Math.min(1, Math.max(0, (at - startS) / lastsS)));
            this.progress(nowS());
          },
          onEnd: (ended) => {
            signal?.removeEventListener('abort', abort);
            this.progress = undefined;
            resolve(ended);
          },
        },
        nowS(),
      );
    });
    leave();
    this.options.onChange();
    const ok = end.outcome === 'succeeded';
    return { ...recorded, ok, message: ok ? '' : end.reason };
  }

  /** Limited deceleration, then nothing moves until reset(). Returns why it could not be sent to the arm; empty where it was. */
  stop(reason: string): string {
    const trouble = this.core.stop(this.options.nowS(), reason);
    this.options.onChange();
    return trouble;
  }

  /** Ends what is under way, braking, without latching. */
  interruptMotion(reason: string): void {
    this.core.cancel(this.options.nowS(), reason);
  }

  /** Resolves when nothing is under way. */
  async rest(): Promise<void> {
    while (this.busy) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Unlatches a stop. Returns why not, or nothing. */
  reset(): string {
    const refusal = this.core.reset(this.options.nowS());
    this.options.onChange();
    return refusal;
  }

  /** To be called often: nothing happens but by it. */
  tick(): void {
    const nowS = this.options.nowS();
    this.core.tick(nowS);
    if (nowS - this.reportedS >= reportS) {
      this.reportedS = nowS;
      this.progress?.(nowS);
    }
    if (this.waiting.length === 0) return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Stops and waits until the arm is at rest, or is told to be and nothing more is known. */
  async shutdown(): Promise<void> {
    if (!this.busy) return;
    this.stop('the learner ends');
    while (this.core.state === 'brake') {
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.tick();
    }
  }

  /** Waits for a first complete joint state. */
  private async firstState(): Promise<void> {
    const { joints, nowS } = this.options;
    const latestS = nowS() + firstStateS;
    while (!joints.complete && nowS() < latestS)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

const stageNames = { approach: 'approaching', execute: 'executing' } as const;

function reasonOf(signal: AbortSignal | undefined): string {
  return String(signal?.reason ?? '') || 'canceled';
}
