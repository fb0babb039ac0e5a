/**
 * Everything that moves an arm, without ROS, timers and clock: time comes in with every call, and nothing happens but in calls.
 *
 *   start(request) --> source --sample--> CommandLimiter --> ArmOutput --> arm
 *                                                                |
 *   tick(nowS): watchdogs, states, ends <---- MeasuredJoints <---+
 *
 * idle --start--> approach -> execute -> idle; stop(), watchdogs: brake -> stopped (latched until reset); cancel(), a new
 * motion, faults of source or output: brake -> idle. Every motion ends once, with a reason. A brake begins at the last command
 * while a motion runs, and where the arm was measured while it was moved by others; after it nothing is sent but further stops of
 * an arm that goes on moving.
 */
import type { JointLimits } from '../arm/limits/joint_limits.js';
import type { Trajectory } from '../arm/trajectory/trajectory.js';
import { brakingMove, shortestStopS } from './braking.js';
import { brokenLimit } from './limit_check.js';
import { CommandLimiter, controlledJoints } from './limiter.js';
import type { MeasuredJoints } from './measured_joints.js';
import { TrajectorySource } from './trajectory_source.js';
import type {
  ArmOutput,
  MotionEnd,
  MotionOutcome,
  MotionRequest,
  MotionSettings,
  MotionSink,
  MotionSource,
  MotionState,
  SourceCycle,
} from './types.js';
import { Watchdog } from './watchdog.js';

/** The arm is where a motion starts where no joint is further away, rad: less than its first step. */
const negligibleRad = 1e-3;
/** The arm has settled where no joint is further away from the end, rad. */
const settledRad = 0.005;
/** Joints faster than this are moving, rad/s. */
const stillRadPerS = 0.02;
/** A request waits this long for fresh joint states and an arm at rest, s. */
const patienceS = 3;
/** Time that a stopped arm may lag behind before it is told again, that all of this may take, and to be sure that it rests, s. */
const lagS = 0.25;
const haltLimitS = 5;
const restS = 0.5;
/** A stop of an arm that is known late lasts so many times longer than that, and at most so long, s. */
const stopPerLateness = 5;
const longestGentleStopS = 1;
/** An arm whose whereabouts stay unknown is given up this long after it should be at rest, s. */
const unknownS = 0.5;
/** Grace beyond the planned end before an output that says nothing is given up, s. */
const silenceS = 2;
/** A joint may be behind its command for so long, s: an arm that was held up catches up meanwhile. */
const trackingS = 0.5;
/** After the end of a stream zeros go out for this long, so that a lost message does no harm, s. */
const zerosS = 0.2;

export interface MotionCoreOptions {
  /** Of the commanded joints, in their order. */
  limits: readonly JointLimits[];
  measured: MeasuredJoints;
  settings: MotionSettings;
  /** Made anew for each motion, so that a changed parameter counts. */
  output: () => ArmOutput;
  /** The limited move between two places (rad). @throws Error where there is none that is safe. */
  approach: (from: Float64Array, to: Float64Array, speed: number) => Trajectory;
  sink?: MotionSink;
  /** Told what a person should know. */
  onTrouble?: (message: string) => void;
}

export class MotionCore {
  private current: MotionState = 'idle';
  private latchReason = '';
  private settings: MotionSettings;
  private readonly limiter: CommandLimiter;
  private readonly watchdog: Watchdog;
  private readonly wantedPosition: Float64Array;
  private readonly wantedVelocity: Float64Array;
  private readonly cycle: SourceCycle;
  private readonly sink: MotionSink;
  private pending: MotionRequest | undefined;
  private pendingUntilS = NaN;
  private request: MotionRequest | undefined;
  private source: MotionSource | undefined;
  private output: ArmOutput | undefined;
  /** The whole motion went out at once. */
  private planned = false;
  private overS = NaN;
  /** Since when a joint has been too far behind its command. */
  private laggingSinceS = NaN;
  private end: MotionEnd = { outcome: 'failed', reason: 'nothing ran' };
  private stopping: Trajectory | undefined;
  private stoppingS = 0;
  private brakeS = 0;
  private tellAgainS = 0;
  private told = 0;
  /** A stopped arm is not known to be at rest yet. */
  private unconfirmed = false;
  private restingSinceS = NaN;
  private zerosUntilS = -Infinity;
  private lastS = NaN;

  constructor(private readonly options: MotionCoreOptions) {
    const n = options.limits.length;
    this.settings = options.settings;
    this.sink = options.sink ?? {};
    this.limiter = new CommandLimiter(controlledJoints(options.limits));
    this.watchdog = new Watchdog(options.measured);
    this.wantedPosition = new Float64Array(n);
    this.wantedVelocity = new Float64Array(n);
    this.cycle = {
      nowS: 0,
      dtS: 0,
      commandPosition: this.limiter.position,
      commandVelocity: this.limiter.velocity,
      measured: null,
    };
  }

  get state(): MotionState {
    return this.current;
  }

  /** Why it is stopped; empty where it is not. */
  get stopReason(): string {
    return this.latchReason;
  }

  /** A motion is asked for or under way, or the arm brakes. */
  get busy(): boolean {
    return this.pending !== undefined || (this.current !== 'idle' && this.current !== 'stopped');
  }

  /** Settings from the next tick on. */
  configure(settings: MotionSettings): void {
    this.settings = settings;
  }

  heartbeat(nowS: number): void {
    this.watchdog.heartbeat(nowS);
  }

  /** What is wrong with joint states and heartbeat; empty where all is well. */
  watch(nowS: number): string {
    return this.watchdog.trouble(nowS, this.settings);
  }

  /** Why no motion could begin now; empty where one could. */
  refusal(nowS: number): string {
    if (this.latchReason) return `stopped: ${this.latchReason}; reset first`;
    return this.busy ? 'another motion is under way' : this.watch(nowS);
  }

  /**
   * Asks for a motion: it begins once the arm rests and its joint states are fresh, and ends for certain. One that runs or waits
   * gives way to it: the newest request wins.
   */
  start(request: MotionRequest, nowS: number): void {
    const { name } = request.source;
    const waiting = this.pending;
    this.pending = undefined;
    const refused = this.latchReason ? this.refusal(nowS) : this.unavailable();
    if (!refused) {
      this.pending = request;
      this.pendingUntilS = NaN;
    }
    if (waiting) this.tell(waiting, nowS, 'preempted', `replaced by ${name} before it began`);
    if (refused) return this.tell(request, nowS, 'refused', refused);
    if (this.current === 'approach' || this.current === 'execute')
      this.brake(nowS, 'preempted', `replaced by ${name}`);
  }

  /** Ends what is under way (or only the motion of that source), braking, without latching. */
  cancel(nowS: number, reason: string, only?: MotionSource): void {
    const waiting = this.pending;
    if (waiting && (!only || waiting.source === only)) {
      this.pending = undefined;
      this.tell(waiting, nowS, 'canceled', reason || 'canceled');
    }
    const mine = !only || this.request?.source === only;
    if (mine && (this.current === 'approach' || this.current === 'execute'))
      this.brake(nowS, 'canceled', reason || 'canceled');
  }

  /**
   * Limited deceleration of whatever moves the arm, then nothing moves until reset(). Returns why that could not be sent; empty
   * where it was, or where the arm is known to be at rest.
   */
  stop(nowS: number, reason: string): string {
    this.latch(nowS, reason || 'stopped');
    if (this.current === 'brake') {
      this.end = { outcome: 'stopped', reason: this.latchReason };
      return '';
    }
    if (this.current === 'approach' || this.current === 'execute')
      return this.brake(nowS, 'stopped', this.latchReason);
    this.unconfirmed = true;
    this.restingSinceS = NaN;
    this.told = 0;
    const trouble = this.brakeOthers(nowS);
    if (this.state !== 'brake') this.enter(nowS, 'stopped', this.latchReason);
    return trouble;
  }

  /** From now on nothing begins; what waited to begin ends. */
  private latch(nowS: number, reason: string): void {
    this.latchReason ||= reason;
    const waiting = this.pending;
    this.pending = undefined;
    if (waiting) this.tell(waiting, nowS, 'stopped', this.latchReason);
  }

  /** Unlatches a stop. Returns why not; empty where it did. */
  reset(nowS: number): string {
    if (this.current === 'brake') return 'still stopping';
    if (this.busy) return '';
    this.latchReason = '';
    this.unconfirmed = false;
    this.watchdog.heartbeat(nowS);
    this.enter(nowS, 'idle', 'reset');
    return '';
  }

  /** One look at everything: call it at the rate that commands shall have. */
  tick(nowS: number): void {
    const dtS = Number.isNaN(this.lastS) ? 0 : nowS - this.lastS;
    if (!(dtS >= 0)) return;
    this.lastS = nowS;
    if (dtS === 0) return;
    switch (this.current) {
      case 'approach':
      case 'execute':
        this.move(nowS, dtS);
        break;
      case 'brake':
        this.goOnBraking(nowS, dtS);
        break;
      case 'stopped':
        this.sendZeros(nowS, dtS);
        if (this.unconfirmed) this.confirmRest(nowS);
        break;
      case 'idle':
        this.sendZeros(nowS, dtS);
        if (this.pending) this.beginPending(nowS);
    }
  }

  private move(nowS: number, dtS: number): void {
    const { settings: s, cycle, limiter, options, wantedPosition, wantedVelocity } = this;
    const source = this.source as MotionSource;
    const output = this.output as ArmOutput;
    if (!this.planned && dtS > s.maxGapS) {
      // the arm heard nothing for so long: it is slower by now, or at rest
      for (let j = 0; j < wantedVelocity.length; j++) limiter.advance(j, 0, dtS);
      this.brake(nowS, 'failed', `the stream was held up for ${(1000 * dtS).toFixed(0)} ms`);
      return this.goOnBraking(nowS, dtS);
    }
    const wrong = this.watchdog.verdict(nowS, dtS, s);
    if (wrong) {
      this.stop(nowS, wrong);
      if (!this.planned && this.state === 'brake') this.goOnBraking(nowS, dtS);
      return;
    }
    cycle.nowS = nowS;
    cycle.dtS = dtS;
    const known = options.measured.known(nowS, s.jointStateTimeoutS);
    cycle.measured = known ? options.measured.position : null;
    let running = true;
    let fault = '';
    try {
      running = source.sample(cycle, wantedPosition, wantedVelocity);
      fault = source.fault?.() ?? '';
      if (!fault && !finite(wantedPosition, wantedVelocity))
        fault = `${source.name}: asks for a value that is not finite`;
      if (!fault) this.command(nowS, dtS, output, cycle.measured);
      if (!fault && cycle.measured) fault = this.lagging(nowS, cycle.measured);
    } catch (error) {
      fault = (error as Error).message || 'the output failed';
    }
    const result = fault === '' && this.planned && output.answers ? output.result() : null;
    if (result && !result.ok) fault = result.reason || 'the controller gave up';
    if (fault) {
      this.brake(nowS, 'failed', fault);
      if (!this.planned) this.goOnBraking(nowS, dtS);
      return;
    }
    if (running) return;
    if (Number.isNaN(this.overS)) this.overS = nowS;
    if (this.planned && output.answers && !result) {
      if (nowS > this.overS + s.settleS + silenceS)
        this.brake(nowS, 'failed', 'no answer from the controller');
      return;
    }
    this.settle(nowS);
  }

  /** Sends what the source wants, limited; a motion that went out as a whole is only kept in mind. */
  private command(nowS: number, dtS: number, output: ArmOutput, measured: Float64Array | null): void {
    const { limiter, wantedPosition, wantedVelocity } = this;
    if (this.planned) {
      limiter.position.set(wantedPosition);
      limiter.velocity.set(wantedVelocity);
      return;
    }
    limiter.followAll(wantedPosition, wantedVelocity, dtS);
    output.stream(nowS, dtS, limiter.position, limiter.velocity, measured, false);
    this.sink.command?.(nowS, limiter.position, limiter.velocity);
  }

  /** Why the arm does not follow; empty where it does. */
  private lagging(nowS: number, measured: Float64Array): string {
    const { trackingToleranceRad: allowed } = this.settings;
    const { position } = this.limiter;
    let worst = 0;
    for (let j = 1; j < position.length; j++)
      if (Math.abs(position[j] - measured[j]) > Math.abs(position[worst] - measured[worst])) worst = j;
    const lagRad = Math.abs(position[worst] - measured[worst]);
    if (!(allowed > 0 && lagRad > allowed)) this.laggingSinceS = NaN;
    else if (Number.isNaN(this.laggingSinceS)) this.laggingSinceS = nowS;
    if (!(nowS - this.laggingSinceS > trackingS)) return '';
    return `the arm does not follow: ${this.options.limits[worst].name} is ${lagRad.toFixed(3)} rad behind its command (tracking_tolerance_rad ${allowed})`;
  }

  /** Waits until the arm rests at the end of the motion. */
  private settle(nowS: number): void {
    const { settings: s, wantedPosition, limiter } = this;
    const { measured, limits } = this.options;
    const approach = this.current === 'approach';
    const allowed = approach ? s.startToleranceRad : s.goalToleranceRad > 0 ? s.goalToleranceRad : Infinity;
    let worst = 0;
    let worstRad = 0;
    let commandRad = 0;
    for (let j = 0; j < wantedPosition.length; j++) {
      const left = Math.abs(wantedPosition[j] - measured.position[j]);
      if (left > worstRad) [worstRad, worst] = [left, j];
      commandRad = Math.max(commandRad, Math.abs(wantedPosition[j] - limiter.position[j]));
    }
    const still = measured.speed(nowS, s.jointStateTimeoutS) < stillRadPerS;
    const there = still && commandRad < negligibleRad && worstRad < Math.min(allowed, settledRad);
    if (!there && nowS < this.overS + s.settleS) return;
    if (worstRad > allowed) {
      const text = `${limits[worst].name} ended ${worstRad.toFixed(3)} rad from where the motion ends (allowed ${allowed} rad)`;
      return this.planned ? this.finish(nowS, 'failed', text) : void this.brake(nowS, 'failed', text);
    }
    if (approach) return this.beginMotion(nowS);
    this.finish(nowS, 'succeeded', 'performed to its end');
  }

  private beginPending(nowS: number): void {
    const { settings: s } = this;
    const { measured } = this.options;
    const request = this.pending as MotionRequest;
    if (Number.isNaN(this.pendingUntilS)) this.pendingUntilS = nowS + patienceS;
    let wrong = this.watch(nowS);
    if (!wrong) {
      const speed = measured.speed(nowS, s.jointStateTimeoutS);
      if (Number.isNaN(speed)) wrong = 'only one joint state came';
      else if (speed > stillRadPerS) wrong = `the arm is moving (${speed.toFixed(3)} rad/s)`;
    }
    if (wrong && nowS < this.pendingUntilS) return;
    this.pending = undefined;
    if (wrong) return this.tell(request, nowS, 'refused', wrong);
    this.request = request;
    this.source = request.source;
    this.end = { outcome: 'failed', reason: 'did not begin' };
    const refused = this.prepare(nowS);
    if (!refused) return;
    this.output?.close();
    this.output = undefined;
    this.finish(nowS, 'refused', refused);
  }

  /** Begins the approach, or the motion itself. Returns why neither is possible. */
  private prepare(nowS: number): string {
    const { settings: s, limiter } = this;
    const { measured, limits } = this.options;
    const { source } = this.request as MotionRequest;
    try {
      this.output?.close();
      this.zerosUntilS = -Infinity;
      const output = (this.output = this.options.output());
      const unavailable = output.unavailable();
      if (unavailable) return unavailable;
      limiter.restart(measured.position);
      const broken = source.trajectory ? brokenLimit(source.trajectory, limits) : '';
      if (broken) return broken;
      const { start } = source;
      if (!start) return (this.beginMotion(nowS), '');
      const outside = limits.findIndex((l, j) => !(start[j] >= l.lower - 1e-6 && start[j] <= l.upper + 1e-6));
      if (outside >= 0)
        return `${limits[outside].name} would start at ${start[outside]} rad, out of its limits`;
      const away = limits.map((_, j) => Math.abs(start[j] - measured.position[j]));
      const furthest = away.indexOf(Math.max(...away));
      if (s.startPolicy === 'refuse' && away[furthest] > s.startToleranceRad)
        return `${limits[furthest].name} is ${away[furthest].toFixed(3)} rad from the start of the motion (start_tolerance_rad ${s.startToleranceRad})`;
      if (away[furthest] <= negligibleRad) return (this.beginMotion(nowS), '');
      const move = this.approachTo(start);
      const wrong = brokenLimit(move, limits);
      if (wrong) return `no way to the start of the motion: ${wrong}`;
      this.beginStage(nowS, 'approach', new TrajectorySource(move, 'approach'));
      return '';
    } catch (error) {
      return (error as Error).message || 'could not begin';
    }
  }

  private approachTo(start: Float64Array): Trajectory {
    try {
      return this.options.approach(
        this.options.measured.position.slice(),
        start,
        this.settings.approachSpeed,
      );
    } catch (error) {
      throw new Error(`no way to the start of the motion: ${(error as Error).message}`);
    }
  }

  private beginMotion(nowS: number): void {
    this.beginStage(nowS, 'execute', (this.request as MotionRequest).source);
  }

  private beginStage(nowS: number, stage: 'approach' | 'execute', source: MotionSource): void {
    const output = this.output as ArmOutput;
    this.source = source;
    this.overS = NaN;
    this.laggingSinceS = NaN;
    this.planned = output.planned && source.trajectory !== null;
    const startS = this.planned ? nowS + this.settings.startDelayS : nowS;
    this.enter(nowS, stage, source.name);
    try {
      source.begin(startS, this.limiter.position);
      if (this.planned && source.trajectory) {
        const beginS = this.settings.startDelayS > 0 ? startS : -Infinity;
        output.begin(source.trajectory, beginS);
        this.sink.trajectory?.(nowS, source.trajectory, beginS);
      }
      this.request?.onStage?.(stage, startS, source.trajectory?.durationS ?? NaN);
    } catch (error) {
      this.brake(nowS, 'failed', (error as Error).message || 'the output failed');
    }
  }

  /** Brakes the motion that runs, from the last command. Returns why that could not be sent. */
  private brake(nowS: number, outcome: MotionOutcome, reason: string): string {
    const { limiter } = this;
    if (this.planned && this.source?.trajectory) {
      // the last command is what the arm does by now
      this.cycle.nowS = nowS;
      this.source.sample(this.cycle, limiter.position, limiter.velocity);
    }
    this.end = { outcome, reason };
    const trouble = this.sendStop(nowS);
    this.enter(nowS, 'brake', reason);
    if (trouble) this.options.onTrouble?.(`the stop could not be sent: ${trouble}`);
    return trouble;
  }

  /** Brakes what others do with the arm. Returns why it could not. */
  private brakeOthers(nowS: number): string {
    const { measured } = this.options;
    const { jointStateTimeoutS } = this.settings;
    const known = measured.known(nowS, jointStateTimeoutS);
    if (known && this.speedOf(nowS) <= stillRadPerS) return '';
    try {
      this.output?.close();
      this.output = this.options.output();
      const unavailable = this.output.unavailable();
      if (unavailable) return unavailable;
      this.end = { outcome: 'stopped', reason: this.latchReason };
      if (!known) {
        this.zerosUntilS = nowS + zerosS;
        return this.output.brake(null, -Infinity);
      }
      this.request = undefined;
      const trouble = this.sendStop(nowS, this.restartWhereArmIs(nowS));
      this.enter(nowS, 'brake', this.latchReason);
      return trouble;
    } catch (error) {
      return (error as Error).message || 'the output failed';
    }
  }

  /**
   * The command begins anew where the arm is by now: where it was measured, moved on since then. Returns the shortest stop from
   * there, s: an arm that is known late is told late as well, and must not have gone past its stop by then.
   */
  private restartWhereArmIs(nowS: number): number {
    const { limiter, settings: s } = this;
    const { measured, limits } = this.options;
    limiter.restart(measured.position, measured.velocity);
    const stampAgeS = s.jointStateMaxAgeS > 0 ? measured.stampAgeS(nowS) : 0;
    const lateS = Math.min(s.jointStateTimeoutS, Math.max(measured.ageS(nowS), stampAgeS, 0));
    for (let j = 0; j < limits.length; j++) {
      const { lower, upper } = limits[j];
      const now = limiter.position[j] + limiter.velocity[j] * lateS;
      if (now > lower && now < upper) limiter.position[j] = now;
    }
    return Math.max(shortestStopS, Math.min(longestGentleStopS, stopPerLateness * lateS));
  }

  /** A stop from the command's state goes out. */
  private sendStop(nowS: number, shortestS = shortestStopS): string {
    const output = this.output as ArmOutput;
    this.stopping = brakingMove(this.limiter.position, this.limiter.velocity, this.options.limits, shortestS);
    this.stoppingS = this.brakeS = nowS;
    this.tellAgainS = nowS + this.stopping.durationS + lagS;
    this.told = 0;
    const { jointStateTimeoutS, startDelayS } = this.settings;
    // an arm that is not heard of may be held up: what it takes too late would lead it back
    const heard = startDelayS === 0 || this.options.measured.known(nowS, jointStateTimeoutS);
    const startS = heard ? -Infinity : nowS;
    try {
      const trouble = output.brake(this.stopping, startS);
      if (!trouble && output.planned) this.sink.trajectory?.(nowS, this.stopping, startS);
      return trouble;
    } catch (error) {
      return (error as Error).message || 'the output failed';
    }
  }

  private goOnBraking(nowS: number, dtS: number): void {
    const { measured } = this.options;
    const stopping = this.stopping as Trajectory;
    this.streamStop(nowS, dtS);
    const untilS = this.stoppingS + stopping.durationS;
    if (nowS < untilS) return;
    if (!measured.known(nowS, this.settings.jointStateTimeoutS)) {
      if (nowS < untilS + lagS + unknownS) return;
      return this.comeToRest(nowS, '; whether the arm rests is not known: joint states are stale');
    }
    if (this.speedOf(nowS) <= stillRadPerS) return this.comeToRest(nowS, '');
    if (nowS > this.brakeS + haltLimitS) {
      this.latch(nowS, 'the arm does not stop');
      return this.comeToRest(nowS, '; the arm does not stop');
    }
    this.tellAgain(nowS);
  }

  /** Moves the command on along the stop; a streamed one goes out. */
  private streamStop(nowS: number, dtS: number): void {
    const { limiter, wantedPosition, wantedVelocity } = this;
    const output = this.output as ArmOutput;
    (this.stopping as Trajectory).sample(nowS - this.stoppingS, wantedPosition, wantedVelocity);
    if (output.planned) {
      limiter.position.set(wantedPosition);
      limiter.velocity.set(wantedVelocity);
      return;
    }
    for (let j = 0; j < wantedVelocity.length; j++) limiter.advance(j, wantedVelocity[j], dtS);
    this.send(nowS, dtS, output);
  }

  /** A streamed stop. */
  private send(nowS: number, dtS: number, output: ArmOutput): void {
    const { measured } = this.options;
    const known = measured.known(nowS, this.settings.jointStateTimeoutS);
    try {
      output.stream(
        nowS,
        dtS,
        this.limiter.position,
        this.limiter.velocity,
        known ? measured.position : null,
        true,
      );
      this.sink.command?.(nowS, this.limiter.position, this.limiter.velocity);
    } catch {
      // nothing else can be done: it is tried again with the next tick
    }
  }

  /** An arm that goes on (it refused or lost the command) is told again, from where it is. A stream does so all the time. */
  private tellAgain(nowS: number): void {
    const { output, limiter } = this;
    const { limits } = this.options;
    if (!output || nowS < this.tellAgainS) return;
    this.tellAgainS = nowS + lagS;
    this.told++;
    if (this.told === 1) this.options.onTrouble?.('the arm does not stop: told again');
    if (!output.planned) {
      this.zerosUntilS = nowS + 2 * lagS;
      return;
    }
    const shortestS = this.restartWhereArmIs(nowS);
    const stop = brakingMove(limiter.position, limiter.velocity, limits, shortestS);
    this.stopping = stop;
    this.stoppingS = nowS;
    this.tellAgainS += stop.durationS;
    try {
      if (output.brake(stop, -Infinity) === '') this.sink.trajectory?.(nowS, stop, -Infinity);
    } catch {
      // tried again after the next pause
    }
  }

  /** Braking is over. */
  private comeToRest(nowS: number, addition: string): void {
    if (addition) {
      this.latch(nowS, this.watch(nowS) || this.end.reason);
      this.unconfirmed = true;
    } else if (this.latchReason) this.unconfirmed = true;
    this.restingSinceS = NaN;
    const { outcome, reason } = this.end;
    this.finish(nowS, outcome, reason + addition);
  }

  /** While it is stopped: until the arm is known to rest, it is told again where it moves. */
  private confirmRest(nowS: number): void {
    const { measured } = this.options;
    if (!measured.known(nowS, this.settings.jointStateTimeoutS)) {
      this.restingSinceS = NaN;
      return;
    }
    if (this.speedOf(nowS) > stillRadPerS) {
      this.restingSinceS = NaN;
      this.tellAgain(nowS);
      return;
    }
    if (Number.isNaN(this.restingSinceS)) this.restingSinceS = nowS;
    if (nowS - this.restingSinceS < restS) return;
    this.unconfirmed = false;
  }

  /** Zeros after the end of a stream, so that a lost message does no harm; then silence. */
  private sendZeros(nowS: number, dtS: number): void {
    const { output, limiter } = this;
    if (!output) return;
    if (!output.planned && nowS < this.zerosUntilS) {
      for (let j = 0; j < limiter.velocity.length; j++) limiter.advance(j, 0, dtS);
      this.send(nowS, dtS, output);
    } else if (!this.unconfirmed) {
      output.close();
      this.output = undefined;
    }
  }

  private finish(nowS: number, outcome: MotionOutcome, reason: string): void {
    const { request } = this;
    this.request = undefined;
    this.source = undefined;
    this.zerosUntilS = nowS + zerosS;
    if (this.latchReason) this.enter(nowS, 'stopped', this.latchReason);
    else this.enter(nowS, 'idle', reason);
    if (request) this.tell(request, nowS, outcome, reason);
  }

  private tell(request: MotionRequest, nowS: number, outcome: MotionOutcome, reason: string): void {
    const end = { outcome, reason };
    this.sink.end?.(nowS, end);
    request.onEnd(end);
  }

  private unavailable(): string {
    try {
      return this.options.output().unavailable();
    } catch (error) {
      return (error as Error).message || 'the output failed';
    }
  }

  /** Measured speed; that of the newest message where there is only one. */
  private speedOf(nowS: number): number {
    const { measured } = this.options;
    const speed = measured.speed(nowS, this.settings.jointStateTimeoutS);
    if (!Number.isNaN(speed)) return speed;
    let fastest = 0;
    for (let j = 0; j < measured.velocity.length; j++)
      fastest = Math.max(fastest, Math.abs(measured.velocity[j]));
    return fastest;
  }

  private enter(nowS: number, state: MotionState, reason: string): void {
    if (this.current === state) return;
    this.current = state;
    this.sink.state?.(nowS, state, reason);
  }
}

function finite(a: Float64Array, b: Float64Array): boolean {
  for (let j = 0; j < a.length; j++) if (!Number.isFinite(a[j]) || !Number.isFinite(b[j])) return false;
  return true;
}
