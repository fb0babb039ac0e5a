import { JointTrajectoryController } from '../../src/controller/joint_trajectory_controller.js';
import { defaultParameters, type ControlledJoint } from '../../src/controller/types.js';
import { ArmMotion } from '../../src/edscorbot/arm_motion.js';
import { ED_SCORBOT_JOINTS } from '../../src/edscorbot/calibration.js';
import {
  DEFAULT_DRIVER,
  EdScorbotDriver,
  type DriverOptions,
  type DriverState,
} from '../../src/edscorbot/driver.js';
import { FaultyLink, NO_FAULTS } from '../../src/edscorbot/faulty_link.js';
import { DEFAULT_FIRMWARE, Firmware, type Outgoing } from '../../src/edscorbot/firmware.js';
import { Random } from '../../src/kernels/random.js';

export const DIRECTIONS = [1, 1, -1, 1];
const NAMES = ['base_joint', 'shoulder', 'elbow', 'pitch'];

/** The four joints as the controller sees them: rad, in the robot description's senses. */
export const CONTROLLED: ControlledJoint[] = ED_SCORBOT_JOINTS.map((joint, j) => ({
  name: NAMES[j],
  lowerRad: (joint.minDegrees * Math.PI) / 180,
  upperRad: (joint.maxDegrees * Math.PI) / 180,
  velocityRadPerS: (DEFAULT_DRIVER.degreesPerS[j] * Math.PI) / 180,
  accelerationRadPerS2: 2,
}));

/** A driver process in the emulated world. */
export class Client {
  readonly driver: EdScorbotDriver;
  readonly motion: ArmMotion;
  readonly controller: JointTrajectoryController;
  readonly states: { state: DriverState; reason: string }[] = [];
  readonly sent: Outgoing[] = [];
  alive = true;

  constructor(
    private readonly world: World,
    options: Partial<DriverOptions>,
    leadS?: readonly number[],
    integralPerS?: readonly number[],
  ) {
    const all = { ...DEFAULT_DRIVER, referencePeriodS: 0.1, ...options };
    this.driver = new EdScorbotDriver(
      all,
      (message) => {
        this.sent.push(message);
        world.toBroker(message);
      },
      (state, reason) => this.states.push({ state, reason }),
    );
    this.controller = new JointTrajectoryController(CONTROLLED, {
      ...defaultParameters(4),
      allowPartialJointsGoal: true,
      maxStepS: 0.1,
    });
    this.motion = new ArmMotion(this.driver, this.controller, DIRECTIONS, leadS, integralPerS);
  }

  /** A trajectory of the base joint: the outcome, or why it was refused. */
  move(rad: number, seconds: number, done: (text: string) => void): string {
    const refused = this.motion.refusal;
    if (refused) return refused;
    const point = {
      positions: [rad],
      velocities: [0],
      accelerations: [],
      effort: [],
      timeFromStartS: seconds,
    };
    const answer = this.controller.follow(
      { jointNames: ['base_joint'], points: [point] },
      this.world.nowS,
      (o) => done(`${o.status}: ${o.text}`),
    );
    return typeof answer === 'number' ? '' : answer.text;
  }
}

/** Firmware, broker and drivers in virtual time: the broker keeps what is retained and can go away. */
export class World {
  nowS = 0;
  readonly firmware: Firmware;
  readonly clients: Client[] = [];
  readonly toArm: FaultyLink;
  readonly fromArm: FaultyLink;
  private readonly retained = new Map<string, string>();
  private broker = true;
  private inbox: Outgoing[] = [];

  constructor(seed = 1, firmware: Partial<typeof DEFAULT_FIRMWARE> = {}) {
    const random = new Random(seed);
    this.firmware = new Firmware({ ...DEFAULT_FIRMWARE, homingS: 1, bootS: 0.5, ...firmware }, random, 0);
    this.toArm = new FaultyLink(NO_FAULTS, new Random(seed, 1));
    this.fromArm = new FaultyLink(NO_FAULTS, new Random(seed, 2));
  }

  /** A driver that connects at once. */
  join(
    options: Partial<DriverOptions> = {},
    leadS?: readonly number[],
    integralPerS?: readonly number[],
  ): Client {
    const client = new Client(this, options, leadS, integralPerS);
    this.clients.push(client);
    client.driver.connected(this.nowS);
    this.deliverRetained(client);
    return client;
  }

  /** The process is killed: its last will ends its claim. */
  kill(client: Client): void {
    client.alive = false;
    this.toBroker({ topic: client.driver.topics.owner, payload: client.driver.lastWill, retain: true });
  }

  loseBroker(): void {
    this.broker = false;
    this.retained.clear();
    for (const c of this.clients) if (c.alive) c.driver.disconnected();
  }
  returnBroker(): void {
    this.broker = true;
    for (const c of this.clients) if (c.alive) c.driver.connected(this.nowS);
  }

  toBroker(message: Outgoing & { retain?: boolean }): void {
    if (!this.broker) return;
    if (message.retain) {
      if (message.payload) this.retained.set(message.topic, message.payload);
      else this.retained.delete(message.topic);
    }
    if (message.topic !== this.firmware.topics.owner) this.toArm.send(message, this.nowS);
    this.inbox.push(message);
  }
  /** Lets time pass in cycles of 20 ms. @param until ends it early. @returns whether it did. */
  run(seconds: number, until: () => boolean = () => false): boolean {
    const endS = this.nowS + seconds;
    while (this.nowS < endS - 1e-9) {
      this.nowS += 0.02;
      for (const m of this.firmware.advance(this.nowS)) this.fromArm.send(m, this.nowS);
      for (const m of this.toArm.receive(this.nowS))
        for (const answer of this.firmware.receive(m.topic, m.payload)) this.fromArm.send(answer, this.nowS);
      for (const m of this.fromArm.receive(this.nowS)) if (this.broker) this.inbox.push(m);
      this.deliver();
      for (const c of this.clients) if (c.alive) c.motion.update(this.nowS);
      this.deliver();
      if (until()) return true;
    }
    return until();
  }

  private deliver(): void {
    for (const m of this.inbox.splice(0))
      for (const c of this.clients) if (c.alive) c.driver.receive(m.topic, m.payload, this.nowS);
  }

  private deliverRetained(client: Client): void {
    for (const [topic, payload] of this.retained) client.driver.receive(topic, payload, this.nowS);
  }

  /** Joins, homes and arms. */
  ready(
    options: Partial<DriverOptions> = {},
    leadS?: readonly number[],
    integralPerS?: readonly number[],
  ): Client {
    const client = this.join(options, leadS, integralPerS);
    this.run(0.6);
    client.driver.home(this.nowS);
    if (!this.run(5, () => client.driver.homed)) throw new Error(`not homed: ${client.driver.reason}`);
    this.run(0.3);
    client.motion.arm(this.nowS);
    return client;
  }
}
