/**
 * Performs motions, and stops them: the one place that sends anything to an arm.
 *
 *   idle --perform--> approaching -> executing --> idle
 *                          \             \
 *   stop(), stale joint states, lost heartbeat, held-up stream --> stopping --> stopped (latched) --reset--> idle
 */
import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import { brakingMove } from '../../motion/braking.js';
import type { ExecutorOptions, ExecutorSettings } from './executor_options.js';
import type { MotionEnd, MotionOutput } from './output.js';
import { notPerformed, recordInto, type Performance } from './performance.js';
import { selectJoints } from './select_joints.js';
import { Vigil } from './vigil.js';

export type ExecutorState = 'idle' | 'approaching' | 'executing' | 'stopping' | 'stopped';

/** The arm is where a motion starts where no joint is further away, rad: less than its first step. */
const negligibleRad = 1e-3;
/** The arm has settled where no joint is further away from the end, rad. */
const settledRad = 0.005;
/** Joints faster than this are moving, rad/s. */
const stillRadPerS = 0.02;
/** Time that a stopped arm may lag behind before it is told again, and that all of this may take, ms. */
const lagMs = 250;
const haltLimitMs = 5000;
/** Checks further apart than this say that the process was held up, ms. */
const heldUpMs = 100;
/** Grace beyond the planned end before an output that says nothing is given up, s. */
const silenceS = 2;

export class Executor {
  private current: ExecutorState = 'idle';
  private latchReason = '';
  private output: MotionOutput | undefined;
  private motion: Trajectory | undefined;
  private startMs = 0;
  private readonly vigil: Vigil;
  private interrupt: ((reason: string) => void) | undefined;
  private stopUntilMs = 0;
  private checkedMs = 0;
  private interruptReason = '';

  constructor(private readonly options: ExecutorOptions) {
    this.vigil = new Vigil(options);
  }

  get state(): ExecutorState {
    return this.current;
  }

  /** Why it is stopped; empty where it is not. */
  get stopReason(): string {
    return this.latchReason;
  }

  get busy(): boolean {
    return this.current !== 'idle' && this.current !== 'stopped';
  }

  /** A heartbeat came. */
  heartbeat(): void {
    this.vigil.heartbeat();
  }

  /** Why no motion can begin now; empty where one can. */
  refusal(): string {
    if (this.latchReason) return `stopped: ${this.latchReason}; reset first`;
    if (this.busy) return 'another motion is under way';
    return this.watch();
  }

  /** What is wrong with what must go on all the time: joint states, heartbeat. Empty where all is well. */
  watch(): string {
    return this.vigil.trouble();
  }

  /**
   * Brings the arm to the motion's start and lets it perform. Resolves when it is over, refused or interrupted; never rejects.
   * @param motion of any joints, from rest to rest. @param signal ends it early, braking, without latching.
   */
  async perform(
    motion: Trajectory,
    signal?: AbortSignal,
    onStage: (stage: 'approaching' | 'executing', progress: number) => void = () => {},
  ): Promise<Performance> {
    const { joints, settings } = this.options;
    const s = settings();
    // a lesson may have held up this process: joint states that waited meanwhile are taken before their age is judged
    await joints.next(1000 * (s.jointStateTimeoutS + 1));
    if (signal?.aborted) return notPerformed(String(signal.reason));
    const refused = this.refusal();
    if (refused) return notPerformed(refused);
    const measured = Float64Array.from(joints.positions);
    if (joints.speed > stillRadPerS)
      return notPerformed(`the arm is moving (${joints.speed.toFixed(3)} rad/s)`);
    const performed = selectJoints(motion, joints.joints, (name) => measured[joints.joints.indexOf(name)]);
    const away = joints.joints.map((_, j) => Math.abs(performed.positions[j] - measured[j]));
    const furthest = away.indexOf(Math.max(...away));
    if (s.startPolicy === 'refuse' && away[furthest] > s.startToleranceRad)
      return notPerformed(
        `${joints.joints[furthest]} is ${away[furthest].toFixed(3)} rad from the start of the motion (start_tolerance_rad ${s.startToleranceRad})`,
      );
    const output = this.options.output();
    const unavailable = output.unavailable();
    if (unavailable) return notPerformed(unavailable);
    this.output = output;

    const onAbort = (): void => this.brake(String(signal?.reason), false);
    signal?.addEventListener('abort', onAbort, { once: true });
    const recorded = notPerformed('');
    let trouble = '';
    if (away[furthest] > negligibleRad)
      try {
        const start = performed.positions.slice(0, joints.joints.length);
        const approach = this.options.approach(measured, start, s.approachSpeed);
        trouble = await this.phase('approaching', approach, s, s.startToleranceRad, signal, onStage);
      } catch (error) {
        trouble = `no way to the start of the motion: ${(error as Error).message}`;
      }
    if (!trouble) {
      const record = (startMs: number, startS: number) => recordInto(recorded, joints, startMs, startS);
      const allowed = s.goalToleranceRad > 0 ? s.goalToleranceRad : Infinity;
      trouble = await this.phase('executing', performed, s, allowed, signal, onStage, record);
    }
    signal?.removeEventListener('abort', onAbort);
    if (this.current === 'stopping') await this.halt();
    output.close();
    this.output = undefined;
    this.enter(this.latchReason ? 'stopped' : 'idle');
    return { ...recorded, ok: trouble === '', message: trouble };
  }

  /** One motion from rest to rest, the first knot being where the arm is. Returns why it did not get there, or nothing. */
  private async phase(
    stage: 'approaching' | 'executing',
    motion: Trajectory,
    s: ExecutorSettings,
    toleranceRad: number,
    signal: AbortSignal | undefined,
    onStage: (stage: 'approaching' | 'executing', progress: number) => void,
    record: (startMs: number, startS: number) => () => void = () => () => undefined,
  ): Promise<string> {
    if (signal?.aborted) return String(signal.reason);
    if (this.latchReason) return this.latchReason;
    const output = this.output as MotionOutput;
    const { nowMs, nowS } = this.options;
    this.motion = motion;
    this.startMs = nowMs() + 1000 * s.startDelayS;
    this.enter(stage);
    const leave = record(this.startMs, nowS() + s.startDelayS);
    const report = (): void => onStage(stage, part(nowMs() - this.startMs, motion.durationS));
    report();
    const reporting = setInterval(() => this.current === stage && report(), 100);
    const interrupted = new Promise<MotionEnd>((resolve) => {
      this.interrupt = (message) => resolve({ ok: false, message });
    });
    const own = output
      .perform(motion, this.startMs)
      .catch((error: Error): MotionEnd => ({ ok: false, message: error.message }));
    const late = delay(1000 * (s.startDelayS + motion.durationS + s.settleS + silenceS));
    const end = await Promise.race([
      interrupted,
      own,
      late.then((): MotionEnd => ({ ok: false, message: 'no answer from the controller' })),
    ]);
    late.cancel();
    const trouble = end.ok ? await this.settle(motion, s, toleranceRad) : end.message;
    leave();
    clearInterval(reporting);
    if (!end.ok && this.current === stage) this.brake(end.message, false);
    this.interrupt = undefined;
    this.motion = undefined;
    return trouble;
  }

  /** Limited deceleration, then nothing moves until reset(). */
  stop(reason: string): void {
    if (!this.latchReason) this.latchReason = reason;
    if (this.busy) this.brake(reason, true);
    else {
      // somebody else may be driving the arm
      if (this.options.joints.complete && this.options.joints.speed > stillRadPerS) this.brakeFromMeasured();
      this.enter('stopped');
    }
  }

  /** Ends what is under way, braking, without latching. */
  interruptMotion(reason: string): void {
    if (this.busy) this.brake(reason, false);
  }

  /** Resolves when nothing is under way. */
  async rest(): Promise<void> {
    while (this.busy) await delay(10);
  }

  /** Unlatches a stop. Returns why not, or nothing. */
  reset(): string {
    if (this.busy) return 'still stopping';
    this.latchReason = '';
    this.vigil.heartbeat();
    this.enter('idle');
    return '';
  }

  /** To be called often while a motion is under way: stops where something is stale. */
  check(): void {
    const { nowMs } = this.options;
    const sinceMs = nowMs() - this.checkedMs;
    this.checkedMs = nowMs();
    if (this.current !== 'approaching' && this.current !== 'executing') return;
    // this process itself was held up: messages that came meanwhile are taken before the next check
    if (sinceMs > heldUpMs) return;
    const wrong = this.watch();
    if (wrong) this.stop(wrong);
  }

  /** Stops and waits until the arm should be at rest. */
  async shutdown(): Promise<void> {
    if (!this.busy) return;
    this.stop('the learner ends');
    await delay(Math.min(500, this.stopUntilMs - this.options.nowMs() + 50));
    this.output?.close();
  }

  private brake(reason: string, latch: boolean): void {
    if (latch && !this.latchReason) this.latchReason = reason;
    if (this.current === 'stopping' || !this.motion || !this.output) return;
    const { limits, nowMs } = this.options;
    const n = limits.length;
    const [position, velocity] = [new Float64Array(n), new Float64Array(n)];
    this.motion.sample((nowMs() - this.startMs) / 1000, position, velocity);
    const stopping = brakingMove(position, velocity, limits);
    this.stopUntilMs = nowMs() + 1000 * stopping.durationS;
    this.enter('stopping');
    this.interruptReason = reason;
    this.interrupt?.(reason);
    this.output.brake(stopping);
  }

  private brakeFromMeasured(): void {
    const { joints, limits, output } = this.options;
    const made = output();
    if (!made.unavailable()) made.brake(brakingMove(joints.positions, joints.velocities, limits));
  }

  /** Until the arm is at rest after braking. An arm that goes on (it refused or lost the command) is told again, as measured. */
  private async halt(): Promise<void> {
    const { joints, limits, nowMs } = this.options;
    const latest = this.stopUntilMs + haltLimitMs;
    do {
      await delay(10);
      if (nowMs() < this.stopUntilMs + lagMs || joints.speed <= stillRadPerS) continue;
      this.options.onTrouble('the arm does not stop: told again');
      const stopping = brakingMove(joints.positions, joints.velocities, limits);
      this.stopUntilMs = nowMs() + 1000 * stopping.durationS;
      this.output?.brake(stopping);
    } while (nowMs() < this.stopUntilMs || (nowMs() < latest && joints.speed > stillRadPerS));
  }

  /** Waits until the arm rests at the end of a motion; the reason where it does not get there. */
  private async settle(motion: Trajectory, s: ExecutorSettings, toleranceRad: number): Promise<string> {
    const { joints, nowMs } = this.options;
    const n = joints.joints.length;
    const goal = motion.positions.subarray((motion.timesS.length - 1) * n);
    const errors = (): number[] => Array.from(goal, (g, j) => Math.abs(g - joints.positions[j]));
    const near = Math.min(toleranceRad, settledRad);
    const latest = nowMs() + 1000 * s.settleS;
    while (nowMs() < latest && this.current !== 'stopping') {
      if (joints.speed < stillRadPerS && Math.max(...errors()) < near) return '';
      await delay(10);
    }
    if (this.current === 'stopping') return this.interruptReason;
    const left = errors();
    const worst = left.indexOf(Math.max(...left));
    return left[worst] <= toleranceRad
      ? ''
      : `${joints.joints[worst]} ended ${left[worst].toFixed(3)} rad from where the motion ends (allowed ${toleranceRad} rad)`;
  }

  private enter(state: ExecutorState): void {
    if (this.current === state) return;
    this.current = state;
    this.options.onChange();
  }
}

const part = (elapsedMs: number, durationS: number): number =>
  Math.min(1, Math.max(0, elapsedMs / (1000 * durationS)));

function delay(ms: number): Promise<void> & { cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.max(0, ms))));
  return Object.assign(promise, { cancel: () => clearTimeout(timer) });
}
