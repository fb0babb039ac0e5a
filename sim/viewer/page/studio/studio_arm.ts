import { Gate, type Judgement } from '../../../../src/arm/gate/gate.js';
import { describeReason } from '../../../../src/arm/gate/reasons.js';
import type { Profile } from '../../../../src/arm/kinematics/profile.js';
import type { LimitsConfig } from '../../../../src/arm/limits/config.js';
import type { Trajectory } from '../../../../src/arm/trajectory/trajectory.js';
import type { RobotModel } from '../../../../src/arm/urdf/model.js';
import { JointTrajectoryController } from '../../../../src/controller/joint_trajectory_controller.js';
import { defaultParameters } from '../../../../src/controller/types.js';
import { controlledJoints } from '../../../../src/motion/limiter.js';
import type { Mujoco } from '../../../physics/mujoco.js';
import { PhysicsArm } from '../../../physics/physics_arm.js';
import { stiffArm } from '../../../physics/stiff_arm.js';
import { ServoArm, stiffServo } from '../../../servo.js';
import { Simulation } from '../../../simulation.js';
import { leadingForce } from './leading.js';

const PERIOD_S = 0.01;
/** The link that is led and carries a payload. */
export const TOOL = 'end_effector';
/** A payload no heavier than this, kg. */
const HEAVIEST_KG = 2;
/** Longest recording of a motion that is shown, s. */
const LONGEST_S = 60;

/** What was measured of a motion: times from its start, s, and all joints, rows. */
export interface Measured {
  timesS: number[];
  rows: number[][];
}

/**
 * The simulated arm of the studio behind the same trajectory controller as the ROS node's: servos at once, masses as soon as
 * MuJoCo is there. It keeps to the page's clock, and where that is held up time is lost, in which nothing moves.
 */
export class StudioArm {
  readonly joints: readonly string[];
  stage: 'holding' | 'approaching' | 'executing' = 'holding';
  private readonly gate: Gate;
  private readonly controller: JointTrajectoryController;
  private readonly simulation: Simulation;
  private mujoco: Mujoco | undefined;
  private massless = false;
  private payloadKg = 0;
  /** Another arm is to be in place of this one as soon as it stands. */
  private exchanging = false;
  private exchanged = (): void => undefined;
  private record: Measured | undefined;
  /** How the arm is led, where that is kept. */
  private shown: Measured | undefined;
  private startS = 0;
  /** Where the tool is pulled to, base frame, m. */
  private pulledTo: readonly number[] | undefined;
  private toolBefore: readonly number[] = [];

  /** @param clockS that run() keeps to. */
  constructor(
    model: RobotModel,
    profile: Profile,
    private readonly limits: LimitsConfig,
    private readonly urdf: string,
    private readonly clockS: () => number = nowS,
  ) {
    this.joints = profile.joints;
    this.gate = new Gate(model, profile, limits);
    this.controller = new JointTrajectoryController(
      controlledJoints(this.gate.limits),
      defaultParameters(this.joints.length),
    );
    const start = this.joints.map(() => 0);
    this.simulation = new Simulation(
      {
        core: this.controller,
        makeArm: () =>
          new ServoArm(
            this.joints.map(() => stiffServo),
            start,
          ),
        start,
        periodS: PERIOD_S,
        ownTime: true,
        clockS,
        onCycle: (timeS) => this.after(timeS),
      },
      clockS(),
    );
  }

  /** Masses from now on, or rather from when the arm stands. */
  useMujoco(mujoco: Mujoco): void {
    this.mujoco = mujoco;
    this.exchanging = true;
  }

  /** There will be no masses. */
  withoutMujoco(): void {
    this.massless = true;
  }

  /** loading: servos until the masses are there. */
  get physics(): 'mujoco' | 'loading' | 'servos' {
    if (this.simulation.arm instanceof PhysicsArm) return 'mujoco';
    return this.massless ? 'servos' : 'loading';
  }

  /** Gives the tool something to carry (kg) that the servos do not know of, as soon as the arm stands. @throws Error where that cannot be now. */
  async carry(massKg: number): Promise<void> {
    if (!(massKg >= 0 && massKg <= HEAVIEST_KG))
      throw new Error(`payload: expected 0 to ${HEAVIEST_KG} kg, got ${massKg}`);
    this.needsMasses('a payload');
    if (this.stage !== 'holding' || this.simulation.freeDriving) throw new Error('the arm is busy');
    this.payloadKg = massKg;
    this.exchanging = true;
    return new Promise((resolve) => (this.exchanged = resolve));
  }

  /** kg. */
  get payload(): number {
    return this.payloadKg;
  }

  /** Only gravity is balanced, so that the tool can be led. */
  get freeDrive(): boolean {
    return this.simulation.freeDriving;
  }

  /** @throws Error where it cannot begin. */
  set freeDrive(on: boolean) {
    if (on && this.stage !== 'holding') throw new Error('the arm is busy');
    if (on) this.needsMasses('free drive');
    this.pulledTo = undefined;
    this.simulation.freeDrive(on);
    this.toolBefore = this.tool ?? [];
  }

  /** Pulls the tool to a point (base frame, m) as if by a spring, in free drive; undefined lets go. */
  lead(to: readonly number[] | undefined): void {
    this.pulledTo = this.simulation.freeDriving ? to : undefined;
  }

  /** Where the tool is, base frame, m; undefined without masses. */
  get tool(): [number, number, number] | undefined {
    const { arm } = this.simulation;
    return arm instanceof PhysicsArm ? arm.linkPosition(TOOL) : undefined;
  }

  /** Torque of the joints' servos, N m; empty without masses. */
  get effort(): number[] {
    return Array.from(this.simulation.arm.effort);
  }

  /** How the arm is led is being kept. */
  get showing(): boolean {
    return this.shown !== undefined;
  }

  /** Keeps from now on how the arm is led. @throws Error where it is not. */
  beginRecord(): void {
    if (!this.simulation.freeDriving) throw new Error('switch free drive on, and lead the tool');
    this.startS = this.simulation.timeS;
    this.shown = { timesS: [], rows: [] };
  }

  /** @returns what was kept. @throws Error where nothing was. */
  endRecord(): Measured {
    const { shown } = this;
    this.shown = undefined;
    if (!shown || shown.rows.length < 2) throw new Error('nothing was recorded');
    return shown;
  }

  /** Runs the cycles that are due. */
  run(): void {
    if (this.exchanging && this.stage === 'holding' && this.simulation.standing) this.exchange();
    this.simulation.run(this.clockS());
  }

  get position(): number[] {
    return Array.from(this.simulation.arm.position);
  }

  get velocity(): number[] {
    return Array.from(this.simulation.arm.velocity);
  }

  get command(): number[] {
    return Array.from(this.controller.state.commandPosition);
  }

  get state(): { state: string; stopped: boolean; reason: string } {
    const { stopReason, still } = this.controller;
    if (this.simulation.freeDriving) return { state: 'free drive', stopped: false, reason: '' };
    const state = stopReason ? (still ? 'stopped' : 'stopping') : still ? 'holding' : 'moving';
    return { state, stopped: stopReason !== '', reason: stopReason };
  }

  stop(reason: string): void {
    this.simulation.stop(reason);
    this.pulledTo = undefined;
    this.stage = 'holding';
  }

  /** @throws Error where it may not move again yet. */
  reset(): void {
    const refusal = this.controller.reset();
    if (refusal) throw new Error(refusal);
  }

  /** Moves to the start of a motion, then performs it. @param started when the motion itself begins. Rejects where it did not come to its end. */
  async perform(judgement: Judgement, started: () => void): Promise<Measured> {
    const { trajectory } = judgement;
    if (!trajectory) throw new Error(`refused: ${judgement.reasons.map(describeReason).join('; ')}`);
    if (this.stage !== 'holding') throw new Error('the arm is busy');
    if (this.simulation.freeDriving) throw new Error('the arm is led by hand: end free drive first');
    if (this.exchanging && this.physics === 'mujoco') throw new Error('the payload is being changed');
    const approach = this.gate.approach(
      this.position,
      trajectory.positions.slice(0, this.joints.length),
      0.5,
    );
    if (!approach.trajectory) throw new Error(approach.reasons.map(describeReason).join('; '));
    try {
      this.stage = 'approaching';
      await this.follow(approach.trajectory);
      this.stage = 'executing';
      this.shown = undefined;
      this.startS = this.simulation.timeS;
      this.record = { timesS: [], rows: [] };
      started();
      await this.follow(trajectory);
      return this.record;
    } finally {
      this.stage = 'holding';
      this.record = undefined;
    }
  }

  private needsMasses(what: string): void {
    if (this.physics !== 'mujoco') throw new Error(`${what} needs masses: MuJoCo is not there`);
  }

  private exchange(): void {
    const { mujoco, payloadKg } = this;
    if (!mujoco) return;
    const options = stiffArm(this.urdf, this.joints, this.joints.map(() => 0), this.limits); // prettier-ignore
    const payload = payloadKg > 0 ? { link: TOOL, massKg: payloadKg } : undefined;
    this.simulation.exchange(() => new PhysicsArm(mujoco, { ...options, payload }));
    this.exchanging = false;
    this.exchanged();
  }

  /** After a cycle. */
  private after(timeS: number): void {
    const { arm, freeDriving } = this.simulation;
    const kept = this.record ?? (freeDriving && timeS - this.startS < LONGEST_S ? this.shown : undefined);
    kept?.timesS.push(timeS - this.startS);
    kept?.rows.push(Array.from(arm.position));
    if (!freeDriving || !(arm instanceof PhysicsArm)) return;
    const tool = arm.linkPosition(TOOL);
    if (this.pulledTo)
      arm.applyWrench(
        TOOL,
        leadingForce(this.pulledTo, tool, this.toolBefore, PERIOD_S),
        [0, 0, 0],
        PERIOD_S,
      );
    this.toolBefore = tool;
  }

  private follow(motion: Trajectory): Promise<void> {
    const n = motion.joints.length;
    const row = (values: Float64Array, k: number): Float64Array => values.subarray(k * n, (k + 1) * n);
    return new Promise((resolve, reject) => {
      const answer = this.controller.follow(
        {
          jointNames: motion.joints,
          points: Array.from(motion.timesS, (timeFromStartS, k) => ({
            positions: row(motion.positions, k),
            velocities: row(motion.velocities, k),
            accelerations: row(motion.accelerations, k),
            effort: [],
            timeFromStartS,
          })),
        },
        this.simulation.timeS,
        ({ status, text }) => (status === 'succeeded' ? resolve() : reject(new Error(text))),
      );
      if (typeof answer !== 'number') reject(new Error(answer.text));
    });
  }
}

function nowS(): number {
  return performance.now() / 1000;
}
