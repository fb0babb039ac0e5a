/**
 * Teleoperation on the motion core, without ROS and clock:
 *
 *   commands --checked, fresh, from the holder--> wanted joint velocities --slowed, ramped--> StreamSource --> MotionCore --> arm
 *
 * A motion begins with the first command that counts, where the arm is then; once they fall silent it comes to rest along the
 * way it was going, and ends: nothing is sent until the next command.
 */
import { reject } from '../input_error.js';
import { type MotionCore, type MotionSource, type SourceCycle, StreamSource } from '../motion/index.js';
import type { TeleopArm } from './arm.js';
import type { Command, JoyMapping, Scaling } from './command.js';
import {
  haltAtPositionLimits,
  rampVelocity,
  singularitySlowDown,
  type SingularityThresholds,
  slowToVelocityLimits,
} from './slow_down.js';
import { type StatusName, statusCodes, statusOf, statusTexts, type TeleopStatus } from './status.js';
import { type StreamVerdict, StreamWatch, type StreamWatchOptions } from './stream_watch.js';
import { TwistSolver } from './twist.js';

/** What may change while it runs. */
export interface TeleopSettings {
  scaling: Scaling;
  joy: JoyMapping;
  watch: StreamWatchOptions;
  /** Factor on all speeds, above 0 up to 1. */
  override: number;
  /** Where a joint is nearer to its limit, it may not go on towards it, rad. */
  marginRad: number;
  /** One such joint halts all; false: itself alone. */
  haltAll: boolean;
  singularity: SingularityThresholds;
  /** Of the least squares, m/rad. */
  damping: number;
}

/** Part of the acceleration limits that changes of velocity use. */
const accelerationPart = 0.7;
/** An arm that is further from its command than this, and what it does in so many seconds, does not follow: rad, s. */
const leashRad = 0.1;
const leashS = 0.3;
/** Step along the motion for a look at the condition number ahead, rad. */
const aheadRad = 1e-3;
/** An invalid command is told for so long unless a valid one comes, s. */
const invalidS = 1;
/** A motion that was refused is asked for again after that, s. */
const retryS = 0.2;

const verdicts: Record<Exclude<StreamVerdict, 'ok'>, string> = {
  'no-stamp': 'header.stamp: expected the time of sending, got zero',
  'old-stamp': 'header.stamp: too old: sent long ago, or by another clock',
  'future-stamp': 'header.stamp: lies in the future: another clock',
  'other-source': 'somebody else holds the arm',
};

/** Who commands: what kind of command, and who sends it. */
export interface Source {
  /** joint_jog, twist, joy */
  name: string;
  /** Tells one sender from another. */
  sender: string;
}

const keyOf = ({ name, sender }: Source): string => `${name}\n${sender}`;
const nameOf = (key: string): string => key.split('\n')[0];

export class Teleop {
  private command: Command | null = null;
  private untilS = -Infinity;
  private readonly watch: StreamWatch;
  private readonly solver: TwistSolver;
  private readonly twist = new Float64Array(6);
  private readonly solved: Float64Array;
  private readonly ahead: Float64Array;
  private pausing = false;
  private invalid = '';
  private invalidAtS = -Infinity;
  private warning: StatusName = 'none';
  private scaling = 1;
  private refused = '';
  private retryAtS = -Infinity;

  constructor(
    readonly arm: TeleopArm,
    private readonly core: MotionCore,
    private current: TeleopSettings,
    private readonly collides: (position: Float64Array) => string = () => '',
  ) {
    this.watch = new StreamWatch(current.watch);
    this.solver = new TwistSolver(arm.rows, arm.columns.length);
    this.solved = new Float64Array(arm.columns.length);
    this.ahead = new Float64Array(arm.joints.length);
  }

  get settings(): TeleopSettings {
    return this.current;
  }

  /** Settings from now on. */
  configure(settings: TeleopSettings): void {
    this.current = settings;
    this.watch.configure(settings.watch);
  }

  /**
   * Takes a command. @param make checks it; null: its sender lets go. @param stampS its stamp, rosNowS ROS time, nowS monotonic.
   * What is wrong with it is returned and told by the status; a holder whose command is invalid brings the arm to rest.
   */
  receive(source: Source, stampS: number, nowS: number, rosNowS: number, make: () => Command | null): string {
    if (this.pausing) return 'paused';
    const holder = this.watch.holder(nowS);
    const key = keyOf(source);
    const mine = holder === '' || holder === key;
    let command: Command | null;
    try {
      command = make();
      if (command?.kind === 'twist' && !this.arm.knows(command.frame))
        reject('unknown-frame', 'header.frame_id', 'the base frame or a link of the robot', command.frame);
    } catch (error) {
      if (mine) this.watch.drop(false);
      return this.refuse((error as Error).message, source, nowS);
    }
    if (!command) {
      if (holder === key) this.watch.drop(true);
      return '';
    }
    const verdict = this.watch.receive(key, nowS, stampS, rosNowS);
    if (verdict === 'other-source')
      return this.refuse(`${verdicts[verdict]} (${nameOf(holder)})`, source, nowS);
    if (verdict !== 'ok') return this.refuse(verdicts[verdict], source, nowS);
    this.command = command;
    this.untilS = nowS + command.forS;
    this.invalid = '';
    return '';
  }

  /** Pauses: the arm comes to rest and no command counts; or goes on: from where the arm is, with the next command. */
  pause(paused: boolean, nowS: number): void {
    this.pausing = paused;
    this.watch.drop(true);
    if (paused) this.core.cancel(nowS, 'paused');
  }

  get paused(): boolean {
    return this.pausing;
  }

  /** Somebody commands now. */
  live(nowS: number): boolean {
    return !this.pausing && !this.watch.stale(nowS) && nowS <= this.untilS;
  }

  /** To be called at the rate that commands shall have. */
  tick(nowS: number): void {
    const { core } = this;
    const live = this.live(nowS);
    if (live && !core.busy && core.state === 'idle' && nowS >= this.retryAtS)
      core.start(
        {
          source: new TeleopSource(this, this.arm.joints.length),
          onEnd: ({ outcome, reason }) => {
            this.refused = outcome === 'refused' || outcome === 'failed' ? reason : '';
            if (this.refused) this.retryAtS = nowS + retryS;
          },
        },
        nowS,
      );
    // asked for, but the arm was not ready in time
    if (!live && core.busy && core.state === 'idle') core.cancel(nowS, 'the commands fell silent');
    core.tick(nowS);
  }

  /** What a person should know. */
  status(nowS: number): TeleopStatus {
    const { core } = this;
    const moving = core.state === 'execute' || core.state === 'approach';
    const state = this.pausing
      ? 'paused'
      : core.stopReason
        ? 'stopped'
        : moving && this.live(nowS)
          ? 'moving'
          : moving || core.state === 'brake'
            ? 'halting'
            : 'idle';
    const told = this.invalid !== '' && nowS - this.invalidAtS <= invalidS;
    const warning = state === 'moving' ? this.warning : 'none';
    return {
      code: told ? statusCodes.invalid : statusCodes[warning],
      message: told
        ? this.invalid
        : core.stopReason || (state === 'idle' && this.refused) || statusTexts[warning as 'none'],
      state,
      source: this.pausing ? '' : nameOf(this.watch.holder(nowS)),
      scaling: state === 'moving' ? this.scaling : 1,
    };
  }

  /**
   * Joint velocities for the next `dtS`, from what is asked for and what the arm was told last: within limits, along a straight
   * way between velocities. @param out rad/s
   */
  velocity(
    nowS: number,
    dtS: number,
    position: Float64Array,
    velocity: Float64Array,
    out: Float64Array,
  ): void {
    const { command, settings, arm } = this;
    out.fill(0);
    this.warning = 'none';
    this.scaling = 1;
    if (command && this.live(nowS)) {
      if (command.kind === 'joints') out.set(command.velocityRadPerS);
      else this.jointVelocities(command.twist, command.frame, position, out);
      this.scaling *= slowToVelocityLimits(out, arm.limits, settings.override);
      if (haltAtPositionLimits(out, position, arm.limits, settings.marginRad, settings.haltAll) >= 0)
        this.warning = 'bound';
      if (this.leadsIntoCollision(position, out)) {
        this.warning = 'collisionHalt';
        out.fill(0);
      }
    }
    rampVelocity(velocity, out, arm.limits, accelerationPart * dtS);
  }

  private jointVelocities(
    twist: Float64Array,
    frame: string,
    position: Float64Array,
    out: Float64Array,
  ): void {
    const { arm, solver, solved, ahead, settings } = this;
    arm.toBase(twist, frame, position, this.twist);
    arm.update(position);
    const condition = solver.condition(arm.jacobian);
    solver.solve(arm.jacobian, this.twist, settings.damping, solved);
    let norm = 0;
    for (let k = 0; k < solved.length; k++) norm = Math.max(norm, Math.abs(solved[k]));
    if (!(norm > 0)) return;
    ahead.set(position);
    for (let k = 0; k < solved.length; k++) ahead[arm.columns[k]] += (aheadRad * solved[k]) / norm;
    arm.update(ahead);
    const { factor, status } = singularitySlowDown(
      condition,
      solver.condition(arm.jacobian),
      settings.singularity,
    );
    this.warning = statusOf[status];
    this.scaling = factor;
    for (let k = 0; k < solved.length; k++) out[arm.columns[k]] = factor * solved[k];
  }

  /** Where the arm would come to rest from these velocities collides, and where it is does not: whoever is in a collision may leave it. */
  private leadsIntoCollision(position: Float64Array, velocity: Float64Array): boolean {
    const { ahead, arm } = this;
    let stopS = 0;
    for (let j = 0; j < ahead.length; j++)
      stopS = Math.max(stopS, Math.abs(velocity[j]) / (accelerationPart * arm.limits[j].acceleration));
    if (stopS === 0) return false;
    for (let j = 0; j < ahead.length; j++) ahead[j] = position[j] + velocity[j] * (stopS / 2 + 0.05);
    return this.collides(ahead) !== '' && this.collides(position) === '';
  }

  private refuse(why: string, source: Source, nowS: number): string {
    this.invalid = `${source.name}: ${why}`;
    this.invalidAtS = nowS;
    return this.invalid;
  }
}

/** One motion of teleoperation: a stream of velocities that ends once nobody commands and the arm's command is at rest. */
class TeleopSource implements MotionSource {
  readonly name = 'teleop';
  readonly start = null;
  readonly trajectory = null;
  private readonly stream: StreamSource;
  private readonly wanted: Float64Array;
  private strayed = '';

  constructor(
    private readonly teleop: Teleop,
    joints: number,
  ) {
    this.stream = new StreamSource(joints, 0.1, this.name);
    this.wanted = new Float64Array(joints);
  }

  begin(startS: number, position: Float64Array): void {
    this.stream.begin(startS, position);
  }

  fault(): string {
    return this.strayed || this.stream.fault();
  }

  sample(cycle: SourceCycle, position: Float64Array, velocity: Float64Array): boolean {
    const { commandPosition, commandVelocity, measured, nowS, dtS } = cycle;
    // a command that runs on without the arm would only be refused, or make it jump: what follows begins where the arm is
    for (let j = 0; measured && j < measured.length; j++)
      if (Math.abs(commandPosition[j] - measured[j]) > leashRad + leashS * Math.abs(commandVelocity[j]))
        this.strayed = `${this.teleop.arm.joints[j]} does not follow: it is at ${measured[j].toFixed(3)} rad, told to be at ${commandPosition[j].toFixed(3)}`;
    this.teleop.velocity(nowS, dtS, commandPosition, commandVelocity, this.wanted);
    this.stream.velocity(this.wanted, nowS);
    this.stream.sample(cycle, position, velocity);
    if (this.teleop.live(nowS)) return true;
    for (let j = 0; j < velocity.length; j++) if (velocity[j] !== 0 || commandVelocity[j] !== 0) return true;
    return false;
  }
}
