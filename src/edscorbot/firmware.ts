import type { Random } from '../kernels/random.js';
import {
  countOfDegrees,
  degreesOfReference,
  ED_SCORBOT_JOINTS,
  ENCODER_ZERO,
  referenceRange,
  type JointCalibration,
} from './calibration.js';
import { ModelledJoint, type JointResponse } from './joint_response.js';
import responses from './joint_responses.json';
import { decodeCommand, decodeMetainfo, encodeCommand, encodeCounters, encodeMetainfo } from './protocol.js';
import { Signal, topicsOf, type CommandMessage, type Topics } from './protocol.js';

/** Fitted responses of the four joints (oneshot-arm study joint-response). */
export const ED_SCORBOT_RESPONSES: readonly JointResponse[] = responses;

/** A message to be published. */
export interface Outgoing {
  topic: string;
  payload: string;
}

/** What an emulated controller is like. */
export interface FirmwareOptions {
  robot: string;
  joints: readonly JointCalibration[];
  responses: readonly JointResponse[];
  /** How long homing takes, s. */
  homingS: number;
  /** How often the encoder counters are published, s. */
  countersPeriodS: number;
  /** How long a reboot takes, s. */
  bootS: number;
  /** Each joint stands this far from home, at most, when the controller is switched on, degrees. */
  restDegrees: number;
}

export const DEFAULT_FIRMWARE: FirmwareOptions = {
  robot: 'EDScorbot',
  joints: ED_SCORBOT_JOINTS,
  responses: ED_SCORBOT_RESPONSES,
  homingS: 4,
  countersPeriodS: 0.1,
  bootS: 2,
  restDegrees: 15,
};

/** A reference that no driver may send, as the emulator saw it. */
export interface Violation {
  atS: number;
  text: string;
}

/**
 * The ED-Scorbot's controller as executable specification: what it answers, what it ignores, how its joints move.
 * Time and messages come in, messages go out; it knows no network and no clock.
 *
 * - It has one owner. CONNECT of a client while it has none: CONNECTED, then homing, then HOME_SEARCHED. While it has one,
 *   CONNECT of anybody is ignored. DISCONNECT of the owner: DISCONNECTED.
 * - References (MOVE_TO_POINT, integers) are taken from the owner only, and not while homing. They are executed however
 *   bad they are: the controller checks no limits. `violations` lists what was over a limit, not an integer, not homed.
 * - A joint holds its last reference when no further one comes.
 * - A reboot forgets owner and home; counters start at their middle wherever the joints stand.
 */
export class Firmware {
  readonly topics: Topics;
  /** What was commanded and must not have been. */
  readonly violations: Violation[] = [];
  /** All references taken: time and one value per joint. */
  readonly references: { atS: number; values: number[] }[] = [];
  private owner: string | undefined;
  private joints: ModelledJoint[];
  /** Counter reading minus the reading of a homed arm. */
  private slip: number[];
  private homed = false;
  private error = false;
  private homing: { untilS: number; fromS: number; fromDegrees: number[] } | undefined;
  private offUntilS: number | undefined;
  private nextCountersS: number;

  constructor(
    private readonly options: FirmwareOptions,
    private readonly random: Random,
    private nowS: number,
  ) {
    this.topics = topicsOf(options.robot);
    const rest = options.joints.map(() => (2 * random.uniform() - 1) * options.restDegrees);
    this.joints = rest.map((degrees, j) => this.standing(j, degrees));
    this.slip = this.slipAtPower();
    this.nextCountersS = nowS + random.uniform() * options.countersPeriodS;
  }

  /** What the controller publishes when it comes onto the network. */
  announce(): Outgoing {
    const joints = this.options.joints.map((j) => ({ minimum: j.minDegrees, maximum: j.maxDegrees }));
    return { topic: this.topics.metainfo, payload: encodeMetainfo(this.options.robot, joints) };
  }

  /** True angles of the joints in degrees. */
  get degrees(): number[] {
    return this.joints.map((j) => j.degrees);
  }
  /** Some joint moves faster than 0.5 degrees/s. */
  get moving(): boolean {
    return this.homing !== undefined || this.joints.some((j) => Math.abs(j.degreesPerS) > 0.5);
  }
  /** The encoder counters now; the fifth and sixth motor stand still. */
  get counts(): number[] {
    const own = this.joints.map((joint, j) => {
      const count = countOfDegrees(this.options.joints[j], joint.degrees) + this.slip[j];
      return Math.min(65535, Math.max(0, count));
    });
    return [...own, ENCODER_ZERO, ENCODER_ZERO - 1];
  }

  /** Lets time pass; returns what was published meanwhile. */
  advance(toS: number): Outgoing[] {
    const out: Outgoing[] = [];
    while (this.nextCountersS <= toS) {
      this.moveTo(this.nextCountersS, out);
      if (this.offUntilS === undefined)
        out.push({ topic: this.topics.counters, payload: encodeCounters(this.counts) });
      this.nextCountersS += this.options.countersPeriodS;
    }
    this.moveTo(toS, out);
    return out;
  }

  /** A message arrives; returns the answers. */
  receive(topic: string, payload: string): Outgoing[] {
    if (this.offUntilS !== undefined) return [];
    if (topic === this.topics.metainfo)
      return decodeMetainfo(payload)?.signal === Signal.GET_METAINFO ? [this.announce()] : [];
    const message = topic === this.topics.commands ? decodeCommand(payload) : undefined;
    if (!message) return [];
    const own = this.owner !== undefined && message.client?.id === this.owner;
    switch (message.signal) {
      case Signal.CHECK_STATUS:
        return [this.answer(Signal.STATUS, this.owner)];
      case Signal.CONNECT:
        if (this.owner !== undefined || !message.client) return [];
        this.owner = message.client.id;
        this.homing = {
          fromS: this.nowS,
          untilS: this.nowS + this.options.homingS,
          fromDegrees: this.degrees,
        };
        return [this.answer(Signal.CONNECTED, this.owner)];
      case Signal.MOVE_TO_POINT:
        return own && message.point && !this.homing ? [this.refer(message.point.coordinates)] : [];
      case Signal.CANCEL_TRAJECTORY:
        return own ? [this.answer(Signal.CANCELED_TRAJECTORY, this.owner)] : [];
      case Signal.DISCONNECT: {
        if (!own) return [];
        const who = this.owner;
        this.owner = undefined;
        return [this.answer(Signal.DISCONNECTED, who)];
      }
      default:
        return [];
    }
  }

  /** Power fails and comes back: silent for bootS, then without owner and home. */
  reboot(): void {
    this.offUntilS = this.nowS + this.options.bootS;
    this.owner = undefined;
    this.homed = false;
    this.homing = undefined;
    this.error = false;
    this.joints = this.joints.map((joint, j) => this.standing(j, joint.degrees));
    this.slip = this.slipAtPower();
  }

  /** An encoder loses counts: readings are off by 10 to 20 degrees from now on, and the controller says it has an error. */
  loseHoming(): void {
    const j = this.random.integer(this.joints.length);
    const degrees = (10 + 10 * this.random.uniform()) * (this.random.uniform() < 0.5 ? -1 : 1);
    this.slip[j] += Math.round(degrees * this.options.joints[j].countPerDegree);
    this.homed = false;
    this.error = true;
  }

  private refer(values: number[]): Outgoing {
    const joints = this.options.joints;
    const note = (text: string) => this.violations.push({ atS: this.nowS, text });
    if (!this.homed) note('a reference before homing');
    values.slice(0, joints.length).forEach((value, j) => {
      const [least, greatest] = referenceRange(joints[j]);
      if (!Number.isInteger(value)) note(`joint ${j + 1}: reference ${value} is not an integer`);
      if (value < least || value > greatest)
        note(`joint ${j + 1}: ${value} is outside ${least}..${greatest}`);
      this.joints[j].refer(degreesOfReference(joints[j], value), this.nowS);
    });
    if (values.length < joints.length) note(`${values.length} references for ${joints.length} joints`);
    this.references.push({ atS: this.nowS, values });
    return {
      topic: this.topics.moved,
      payload: JSON.stringify({
        client: { id: this.owner },
        error: this.error,
        content: { coordinates: this.degrees },
      }),
    };
  }

  private moveTo(toS: number, out: Outgoing[]): void {
    this.nowS = Math.max(this.nowS, toS);
    if (this.offUntilS !== undefined && this.nowS >= this.offUntilS) {
      this.offUntilS = undefined;
      out.push(this.announce());
    }
    if (this.homing) this.seekHome(this.homing, out);
    else for (const joint of this.joints) joint.advance(this.nowS);
  }

  private seekHome(homing: { fromS: number; untilS: number; fromDegrees: number[] }, out: Outgoing[]): void {
    const left = Math.max(0, (homing.untilS - this.nowS) / (homing.untilS - homing.fromS));
    this.joints = homing.fromDegrees.map((degrees, j) => this.standing(j, degrees * left));
    if (left > 0) return;
    this.homing = undefined;
    this.homed = true;
    this.error = false;
    this.slip.fill(0);
    out.push(this.answer(Signal.HOME_SEARCHED, this.owner));
  }

  /** A joint at rest whose reference is where it stands. */
  private standing(j: number, degrees: number): ModelledJoint {
    return new ModelledJoint(this.options.responses[j], degrees, this.nowS);
  }

  private slipAtPower(): number[] {
    return this.joints.map(
      (joint, j) => ENCODER_ZERO - countOfDegrees(this.options.joints[j], joint.degrees),
    );
  }

  private answer(signal: number, owner: string | undefined): Outgoing {
    const message: CommandMessage = {
      signal,
      error: this.error,
      ...(owner ? { client: { id: owner } } : {}),
    };
    return { topic: this.topics.commands, payload: encodeCommand(message) };
  }
}
