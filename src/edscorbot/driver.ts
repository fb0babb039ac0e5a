import { ED_SCORBOT_JOINTS, degreesOfReference, type JointCalibration } from './calibration.js';
import { Claim } from './claim.js';
import { DEFAULT_FEEDBACK, EncoderFeedback, type FeedbackLimits } from './encoder_feedback.js';
import type { Outgoing } from './firmware.js';
import { HomingDialogue } from './homing.js';
import { decodeCommand, decodeCounters, decodeMetainfo, encodeClaim, encodeCommand } from './protocol.js';
import { Signal, topicsOf, type CommandMessage, type Topics } from './protocol.js';
import { ReferenceStream } from './reference_stream.js';

/**
 *   disconnected --> connected --home--> homing --> connected (homed) --arm--> armed <--> executing
 *        ^               ^                                                      |             |
 *   broker lost        reset <---------------- stopped, fault <-----------------+-------------+
 *
 * stopped (somebody asked) and fault (something is wrong) are latched until reset, whatever the broker does meanwhile; nothing
 * moves before arm is asked again. A stop that comes while the broker is away is told to the arm at its return.
 */
export type DriverState =
  'disconnected' | 'connected' | 'homing' | 'armed' | 'executing' | 'stopped' | 'fault';

/** What a driver is told; times in s. */
export interface DriverOptions {
  /** The robot's name, first part of its topics. */
  robot: string;
  /** Who owns the arm in the controller's eyes: the same for every start of this driver. */
  clientId: string;
  /** This process among those with the same clientId. */
  instance: string;
  joints: readonly JointCalibration[];
  /** Greatest speed per joint, degrees/s. */
  degreesPerS: readonly number[];
  /** Time between references. */
  referencePeriodS: number;
  /**
   * What a coordinate of a point is: the reference itself, or the angle in degrees that the controller turns into this
   * reference by multiplying by k_j and cutting off the fraction.
   */
  pointUnit: 'reference' | 'degrees';
  feedback: FeedbackLimits;
  /** Older encoder reports stop the arm. */
  feedbackTimeoutS: number;
  /** How often the controller is asked for its state, and how long it may be silent while it matters. */
  statusPeriodS: number;
  statusTimeoutS: number;
  homingTimeoutS: number;
  /** A joint that is this far from its reference for followingTimeS does not follow, degrees. */
  followingDegrees: number;
  followingTimeS: number;
}

export const DEFAULT_DRIVER: DriverOptions = {
  robot: 'EDScorbot',
  clientId: 'oneshot_arm',
  instance: 'oneshot_arm',
  joints: ED_SCORBOT_JOINTS,
  degreesPerS: [40, 23, 16.6, 40],
  referencePeriodS: 0.25,
  pointUnit: 'reference',
  feedback: DEFAULT_FEEDBACK,
  feedbackTimeoutS: 0.5,
  statusPeriodS: 1,
  statusTimeoutS: 3.5,
  homingTimeoutS: 120,
  followingDegrees: 20,
  followingTimeS: 1,
};

/** A request that cannot be met now; the message says why and what to do. */
export class Refusal extends Error {}

/** What the driver talks to: publishes and never throws. */
export type Publish = (message: Outgoing & { retain?: boolean }) => void;

/**
 * Driver of one ED-Scorbot: connection, ownership, homing, references out, encoders in. Angles in degrees from home.
 * It knows no network and no clock: connected(), disconnected(), receive() and tick() come from outside with monotonic time.
 */
export class EdScorbotDriver {
  readonly topics: Topics;
  readonly feedback: EncoderFeedback;
  private current: DriverState = 'disconnected';
  private why = '';
  private isHomed = false;
  private readonly claim: Claim;
  private readonly homingDialogue: HomingDialogue;
  private readonly stream: ReferenceStream;
  /** The controller's owner as it last said; undefined: not asked yet since the connection; '': nobody. */
  private controllerOwner: string | undefined;
  private controllerError = false;
  private lastStatusS = -Infinity;
  private lastAskedS = -Infinity;
  private lastTickS = -Infinity;
  private strayingSinceS: number | undefined;
  private awaitingReturn = false;
  /** stopped or fault, until reset. */
  private latch: { state: 'stopped' | 'fault'; reason: string } | null = null;
  /** A stop came while the broker was away. */
  private stopOwed = false;
  /** References went out since homing: the arm should be where the last of them says. */
  private referenced = false;
  /** The last tick came late, and what had arrived by then was not judged. */
  private secondLook = false;
  /** What happened since the start. */
  readonly counts = { references: 0, unreadable: 0, brokerLosses: 0, faults: 0, foreignCommands: 0 };

  /** @param changed told of every new state and its reason. */
  constructor(
    private readonly options: DriverOptions,
    private readonly publish: Publish,
    private readonly changed: (state: DriverState, reason: string) => void = () => {},
  ) {
    this.topics = topicsOf(options.robot);
    this.feedback = new EncoderFeedback(options.joints, options.feedback);
    this.claim = new Claim(options.instance, (payload) =>
      publish({ topic: this.topics.owner, payload, retain: true }),
    );
    this.homingDialogue = new HomingDialogue((signal) => this.command({ signal }), options.homingTimeoutS);
    this.stream = new ReferenceStream(options.joints, {
      periodS: options.referencePeriodS,
      degreesPerS: options.degreesPerS,
      repeatS: Math.max(1, options.referencePeriodS),
    });
  }

  get state(): DriverState {
    return this.current;
  }
  /** Why it is in this state; empty where nothing is wrong. */
  get reason(): string {
    return this.why;
  }
  /** The encoders' zero is known to be at home. */
  get homed(): boolean {
    return this.isHomed;
  }
  /** References go out. */
  get active(): boolean {
    return this.current === 'armed' || this.current === 'executing';
  }
  /** Payload of the last will, retained on the owner topic. */
  get lastWill(): string {
    return encodeClaim(this.options.instance, true);
  }
  /** Another driver process that holds the arm. */
  get heldBy(): string | undefined {
    return this.claim.other ?? (this.ownedByUs === false ? this.controllerOwner : undefined);
  }

  /** The broker is there and the topics are subscribed to. */
  connected(nowS: number): void {
    this.claim.connected(nowS);
    this.controllerOwner = undefined;
    this.lastStatusS = nowS;
    this.feedback.restart();
    this.awaitingReturn = this.isHomed && this.referenced;
    if (this.latch) this.go(this.latch.state, this.latch.reason);
    else this.go('connected', this.isHomed ? 'the broker is back: arm again to move' : 'not homed');
    if (this.stopOwed) this.command({ signal: Signal.CANCEL_TRAJECTORY });
    this.stopOwed = false;
    this.ask(nowS);
  }

  /** The broker is gone. The arm holds its last reference. */
  disconnected(): void {
    if (this.current === 'disconnected') return;
    this.counts.brokerLosses++;
    if (this.current === 'homing') this.isHomed = false;
    this.go('disconnected', `connection to the broker lost while ${this.current}`);
  }

  /** Finds the joints' home; what it finds is known by state and homed. Throws Refusal. */
  home(nowS: number): void {
    this.require('connected', 'home');
    this.requireClaim('home');
    if (this.controllerOwner === undefined) throw new Refusal('home: the arm has not answered yet');
    if (this.ownedByUs === false) throw new Refusal(`home: the arm belongs to "${this.controllerOwner}"`);
    this.isHomed = false;
    this.referenced = false;
    this.homingDialogue.begin(this.ownedByUs === true, nowS);
    this.go('homing', '');
  }

  /** Lets references go out. Throws Refusal. */
  arm(nowS: number): void {
    if (this.active) return;
    this.require('connected', 'arm');
    this.requireClaim('arm');
    if (!this.isHomed) throw new Refusal('arm: the arm is not homed; home it first');
    if (this.ownedByUs !== true) throw new Refusal('arm: the arm has not confirmed its owner yet');
    if (this.feedback.ageS(nowS) > this.options.feedbackTimeoutS)
      throw new Refusal('arm: no fresh encoder report');
    this.strayingSinceS = undefined;
    this.stream.start(this.feedback.degrees, nowS);
    this.referenced = true;
    this.go('armed', '');
  }

  /** No more references from now on, latched. The arm stops at its last reference. Homing under way is given up. */
  stop(reason: string): void {
    if (this.latch) return;
    if (this.current === 'disconnected') {
      this.latch = { state: 'stopped', reason };
      this.stopOwed = true;
      return this.go(
        'disconnected',
        `${this.why}; stopped (${reason}): told to the arm when the broker is back`,
      );
    }
    if (this.current === 'homing') this.command({ signal: Signal.DISCONNECT });
    else if (this.active) this.command({ signal: Signal.CANCEL_TRAJECTORY });
    this.go('stopped', reason);
  }

  /** Releases stopped and fault. */
  reset(nowS: number): void {
    if (!this.latch) return;
    this.latch = null;
    this.stopOwed = false;
    if (this.current === 'disconnected') return this.go('disconnected', 'no connection to the broker');
    this.feedback.restart();
    this.lastStatusS = nowS;
    this.go('connected', this.isHomed ? '' : 'not homed');
    this.ask(nowS);
  }

  /** Leaves the arm: the last act before the connection is closed. */
  release(): void {
    if (this.current === 'disconnected') return;
    this.stop('the driver ends');
    if (this.ownedByUs === true) this.command({ signal: Signal.DISCONNECT });
    this.claim.release();
  }

  /**
   * Where the arm should be, degrees per joint; taken only while references go out.
   * @param moving whether this is part of a motion. A target that is not finite stops the arm.
   */
  aim(degrees: ArrayLike<number>, moving: boolean): void {
    if (!this.active) return;
    for (let j = 0; j < this.options.joints.length; j++)
      if (!Number.isFinite(degrees[j])) return this.stop(`target of joint ${j + 1} is ${degrees[j]}`);
    this.stream.aim(degrees);
    if (moving !== (this.current === 'executing')) this.go(moving ? 'executing' : 'armed', '');
  }

  /** Call several times per reference period. */
  tick(nowS: number): void {
    const lastTickS = this.lastTickS;
    this.lastTickS = nowS;
    if (this.current === 'disconnected') return;
    this.claim.tick(nowS);
    if (nowS - this.lastAskedS >= this.options.statusPeriodS) this.ask(nowS);
    if (this.current === 'homing') {
      const failed = this.homingDialogue.tick(nowS);
      if (failed) this.fault(failed, true);
    }
    if (!this.active) return;
    const { feedbackTimeoutS, statusTimeoutS } = this.options;
    // After a stall of this process what arrived meanwhile is not read yet: judge its age in the next cycle, whenever that is.
    const late = nowS - lastTickS > 0.2;
    const stalled = late && !this.secondLook;
    this.secondLook = stalled;
    if (this.claim.other) return this.fault(`another driver took the arm: ${this.claim.other}`, false);
    if (!stalled && this.feedback.ageS(nowS) > feedbackTimeoutS)
      return this.fault(`no encoder report for ${this.feedback.ageS(nowS).toFixed(2)} s`, false);
    if (!stalled && nowS - this.lastStatusS > statusTimeoutS)
      return this.fault(
        `the controller has not answered for ${(nowS - this.lastStatusS).toFixed(1)} s`,
        false,
      );
    if (this.straysTooLong(nowS)) return;
    const references = this.stream.next(nowS);
    if (references) this.send(references);
  }

  /** A message from the broker. */
  receive(topic: string, payload: string, nowS: number): void {
    if (this.current === 'disconnected') return;
    if (topic === this.topics.owner) return this.claim.receive(payload);
    if (topic === this.topics.counters) return this.counters(payload, nowS);
    if (topic === this.topics.metainfo) {
      const announced = decodeMetainfo(payload);
      // It announces itself after a start: whether it still knows us and its home, it must say.
      if (announced?.signal === Signal.METAINFO && announced.name === this.options.robot) this.ask(nowS);
      return;
    }
    if (topic !== this.topics.commands) return;
    const message = decodeCommand(payload);
    if (message) this.answered(message, nowS);
    else this.counts.unreadable++;
  }

  private answered(message: CommandMessage, nowS: number): void {
    const { signal } = message;
    if (signal === Signal.MOVE_TO_POINT && message.client?.id !== this.options.clientId)
      this.counts.foreignCommands++;
    const answers: number[] = [Signal.STATUS, Signal.CONNECTED, Signal.DISCONNECTED, Signal.HOME_SEARCHED];
    if (!answers.includes(signal)) return;
    this.lastStatusS = nowS;
    this.controllerOwner = signal === Signal.DISCONNECTED ? '' : (message.client?.id ?? '');
    this.controllerError = message.error === true;
    if (this.current === 'homing') {
      const step = this.homingDialogue.receive(signal, this.controllerOwner, this.options.clientId, nowS);
      if (step === 'done') {
        this.isHomed = true;
        this.awaitingReturn = false;
        this.feedback.restart();
        this.go('connected', '');
      } else if (step) this.fault(step, true);
    } else if (this.isHomed && this.ownedByUs !== true)
      this.lostHome(
        `homing lost: the arm's owner is ${this.controllerOwner ? `"${this.controllerOwner}"` : 'nobody'}`,
      );
    else if (this.isHomed && this.controllerError)
      this.lostHome('homing lost: the controller reports an error');
  }

  private counters(payload: string, nowS: number): void {
    const judged = this.feedback.take(decodeCounters(payload), nowS, this.isHomed);
    if (judged.kind === 'failed') {
      if (judged.zeroLost && this.isHomed) this.lostHome(judged.reason);
      else if (this.active) this.fault(judged.reason, false);
      this.feedback.restart();
    }
    if (judged.kind !== 'taken' || !this.awaitingReturn) return;
    this.awaitingReturn = false;
    const away = this.stream.degrees.findIndex((d, j) => Math.abs(d - this.feedback.degrees[j]) > 10);
    if (away >= 0) this.lostHome(`joint ${away + 1} is not where the broker's loss left it`);
  }

  /** Nothing the encoders say is an angle any more. */
  private lostHome(reason: string): void {
    this.isHomed = false;
    if (this.active) this.fault(reason, true);
    else if (this.current === 'connected') this.go('connected', `not homed (${reason})`);
  }

  private straysTooLong(nowS: number): boolean {
    const references = this.stream.degrees;
    const astray = references.findIndex(
      (d, j) => Math.abs(d - this.feedback.degrees[j]) > this.options.followingDegrees,
    );
    if (astray < 0) {
      this.strayingSinceS = undefined;
      return false;
    }
    this.strayingSinceS ??= nowS;
    if (nowS - this.strayingSinceS < this.options.followingTimeS) return false;
    const off = Math.abs(references[astray] - this.feedback.degrees[astray]);
    this.fault(`joint ${astray + 1} does not follow: ${off.toFixed(1)} deg from its reference`, false);
    return true;
  }

  private send(references: number[]): void {
    const { joints, pointUnit } = this.options;
    // The controller cuts off the fraction: aim at the middle of what becomes this reference.
    const coordinates =
      pointUnit === 'reference'
        ? references
        : references.map((r, j) => degreesOfReference(joints[j], r + 0.5 * Math.sign(r)));
    this.counts.references++;
    this.command({ signal: Signal.MOVE_TO_POINT, point: { coordinates } });
  }

  private fault(reason: string, loseHome: boolean): void {
    if (this.active) this.command({ signal: Signal.CANCEL_TRAJECTORY });
    if (loseHome) this.isHomed = false;
    this.counts.faults++;
    this.go('fault', reason);
  }

  private ask(nowS: number): void {
    this.lastAskedS = nowS;
    this.command({ signal: Signal.CHECK_STATUS });
  }

  private command(message: CommandMessage): void {
    const payload = encodeCommand({ ...message, client: { id: this.options.clientId } });
    this.publish({ topic: this.topics.commands, payload });
  }

  /** true: the controller says so; false: it names another; undefined: nobody, or not known. */
  private get ownedByUs(): boolean | undefined {
    return this.controllerOwner ? this.controllerOwner === this.options.clientId : undefined;
  }

  private require(state: DriverState, what: string): void {
    if (this.current === state) return;
    const hint = this.current === 'stopped' || this.current === 'fault' ? '; reset first' : '';
    throw new Refusal(`${what}: the driver is ${this.current}${this.why ? ` (${this.why})` : ''}${hint}`);
  }

  private requireClaim(what: string): void {
    if (this.claim.other) throw new Refusal(`${what}: another driver holds the arm: ${this.claim.other}`);
    if (!this.claim.held) throw new Refusal(`${what}: the arm is not claimed yet; try again`);
  }

  private go(state: DriverState, reason: string): void {
    if (state === this.current && reason === this.why) return;
    if (state === 'stopped' || state === 'fault') this.latch = { state, reason };
    this.current = state;
    this.why = reason;
    this.changed(state, reason);
  }
}
