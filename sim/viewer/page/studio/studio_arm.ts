import { Gate, type Judgement } from '../../../../src/arm/gate/gate.js';
import { describeReason } from '../../../../src/arm/gate/reasons.js';
import type { Profile } from '../../../../src/arm/kinematics/profile.js';
import type { LimitsConfig } from '../../../../src/arm/limits/config.js';
import type { Trajectory } from '../../../../src/arm/trajectory/trajectory.js';
import type { RobotModel } from '../../../../src/arm/urdf/model.js';
import { JointTrajectoryController } from '../../../../src/controller/joint_trajectory_controller.js';
import { defaultParameters } from '../../../../src/controller/types.js';
import { controlledJoints } from '../../../../src/motion/limiter.js';
import { ServoArm, stiffServo } from '../../../servo.js';
import { Simulation } from '../../../simulation.js';

const PERIOD_S = 0.01;

/** What was measured of a motion: times from its start, s, and all joints, rows. */
export interface Measured {
  timesS: number[];
  rows: number[][];
}

/** The simulated arm of the studio: servos behind the same trajectory controller as the ROS node's, on the page's clock. */
export class StudioArm {
  readonly joints: readonly string[];
  stage: 'holding' | 'approaching' | 'executing' = 'holding';
  private readonly gate: Gate;
  private readonly controller: JointTrajectoryController;
  private readonly simulation: Simulation;
  private record: Measured | undefined;
  private startS = 0;

  constructor(model: RobotModel, profile: Profile, limits: LimitsConfig) {
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
        onCycle: (timeS) => {
          this.record?.timesS.push(timeS - this.startS);
          this.record?.rows.push(Array.from(this.simulation.arm.position));
        },
      },
      nowS(),
    );
  }

  /** Runs the cycles that are due. */
  run(): void {
    this.simulation.run(nowS());
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
    const state = stopReason ? (still ? 'stopped' : 'stopping') : still ? 'holding' : 'moving';
    return { state, stopped: stopReason !== '', reason: stopReason };
  }

  stop(reason: string): void {
    this.controller.stop(reason);
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
