import { approachMove } from '../../src/arm/trajectory/moves';
import type { Trajectory } from '../../src/arm/trajectory/trajectory';
import { JointTrajectoryController } from '../../src/controller/joint_trajectory_controller';
import { defaultParameters } from '../../src/controller/types';
import {
  ActionOutput,
  type ArmOutput,
  controlledJoints,
  MeasuredJoints,
  type MotionCoreOptions,
  MotionCore,
  type MotionEnd,
  type MotionRequest,
  type MotionSettings,
  type MotionSource,
  TrajectoryOutput,
  VelocityOutput,
} from '../../src/motion';

export type OutputKind = 'topic' | 'action' | 'velocity';

export const settings: MotionSettings = {
  startPolicy: 'approach',
  startToleranceRad: 0.01,
  approachSpeed: 0.5,
  startDelayS: 0.05,
  settleS: 1,
  goalToleranceRad: 0.05,
  trackingToleranceRad: 0.3,
  jointStateTimeoutS: 0.3,
  jointStateMaxAgeS: 1,
  heartbeatTimeoutS: 0,
  maxGapS: 0.05,
};

export const limitsOf = (n: number) =>
  Array.from({ length: n }, (_, j) => ({
    name: `joint_${j}`,
    lower: -1.5,
    upper: 1.5 + 0.1 * j,
    velocity: 1 + 0.1 * j,
    acceleration: 4 + j,
    jerk: 100,
  }));

/** Something that went out to the arm. */
export type Sent =
  | { kind: 'velocity'; atS: number; velocity: number[] }
  | { kind: 'trajectory'; atS: number; startS: number; motion: Trajectory };

/**
 * A motion core over an arm that is a joint_trajectory_controller with ideal servos, on a clock of their own. Arm, joint states,
 * core and the way between them can each be held up.
 */
export class Rig {
  nowS = 100;
  readonly limits;
  readonly core: MotionCore;
  readonly measured: MeasuredJoints;
  readonly controller: JointTrajectoryController;
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  readonly sent: Sent[] = [];
  readonly ends: MotionEnd[] = [];
  readonly troubles: string[] = [];
  /** Why the output is unavailable; it throws where `throwing`. */
  missing = '';
  /** Why something on the way to the arm lets velocities through no more. */
  refusal = '';
  throwing = false;
  /** Joint states are lost; are stamped so far off; have this added once, so many times. */
  muted = false;
  stampOffsetS = 0;
  jumpRad = 0;
  jumps = 0;
  gainPerS = 4;
  /** The arm's process stands still until then; its servos ignore velocities until then. */
  armStalledUntilS = -Infinity;
  servoStalledUntilS = -Infinity;
  /** After it stood still the arm's process first makes up for the last half second, then takes messages. */
  catchesUp = false;
  readonly parameters;
  private readonly inbox: (() => void)[] = [];
  private readonly answers: (() => void)[] = [];
  private readonly waitingStates: { position: number[]; velocity: number[]; stampS: number }[] = [];
  private armS = 100;
  private offset: Float64Array;

  constructor(
    readonly kind: OutputKind,
    joints = 2,
    readonly settings_: MotionSettings = { ...settings },
    options: Partial<MotionCoreOptions> = {},
  ) {
    this.limits = limitsOf(joints);
    this.position = new Float64Array(joints);
    this.velocity = new Float64Array(joints);
    this.offset = new Float64Array(joints);
    this.parameters = { ...defaultParameters(joints), maxStepS: 0.05 };
    this.controller = new JointTrajectoryController(controlledJoints(this.limits), this.parameters);
    this.controller.activate(this.nowS, this.position);
    this.measured = new MeasuredJoints(
      this.limits.map((l) => l.name),
      this.limits.map((l) => l.velocity),
    );
    this.core = new MotionCore({
      limits: this.limits,
      measured: this.measured,
      settings: this.settings_,
      output: () => this.output(),
      approach: (from, to, speed) => approachMove(from, to, this.limits, speed),
      onTrouble: (text) => this.troubles.push(text),
      ...options,
    });
  }

  /** Asks for a motion; its end lands in `ends`. */
  start(source: MotionSource, request: Partial<MotionRequest> = {}): void {
    this.core.start({ source, onEnd: (end) => this.ends.push(end), ...request }, this.nowS);
  }

  /** Arm and core side by side for so long. */
  run(seconds: number, dtS = 0.004): this {
    const end = this.nowS + seconds;
    while (this.nowS < end - 1e-9) {
      this.pass(Math.min(dtS, end - this.nowS));
      this.hear();
      this.core.tick(this.nowS);
    }
    return this;
  }

  /** Until it holds, at most so long; whether it came to hold. */
  until(holds: () => boolean, seconds = 20, dtS = 0.004): boolean {
    const end = this.nowS + seconds;
    while (!holds() && this.nowS < end) this.run(dtS, dtS);
    return holds();
  }

  /** Time passes for the arm alone: the core's process is held up. Joint states wait for it, the last few. */
  pass(seconds: number): void {
    const end = this.nowS + seconds;
    while (this.nowS < end - 1e-9) {
      this.nowS = Math.min(end, this.nowS + 0.01);
      this.moveArm();
    }
  }

  /** The core's process takes the joint states and answers that wait. */
  hear(): void {
    for (const s of this.waitingStates.splice(0))
      this.measured.receive(
        this.measured.joints,
        s.position,
        s.velocity,
        s.stampS,
        this.nowS,
        this.nowS + 1e9,
      );
    for (const answer of this.answers.splice(0)) answer();
  }

  /** Fastest joint, rad/s. */
  get speed(): number {
    return Math.max(...this.velocity.map(Math.abs));
  }

  private moveArm(): void {
    if (this.nowS < this.armStalledUntilS) return;
    if (this.catchesUp)
      for (let atS = Math.max(this.armS + 0.01, this.nowS - 0.5); atS < this.nowS - 0.015; atS += 0.01)
        this.cycle(atS);
    for (const message of this.inbox.splice(0)) message();
    if (this.nowS - this.armS < 1e-4) return;
    this.cycle(this.nowS);
    if (this.muted) return;
    const jump = this.jumps > 0 ? this.jumpRad : 0;
    if (this.jumps > 0) this.jumps--;
    this.waitingStates.push({
      position: Array.from(this.position, (p) => p + jump),
      velocity: [...this.velocity],
      stampS: this.nowS + 1e9 + this.stampOffsetS,
    });
    if (this.waitingStates.length > 5) this.waitingStates.shift();
  }

  /** A cycle of the arm's controller. */
  private cycle(atS: number): void {
    this.armS = atS;
    const { commandPosition, commandVelocity } = this.controller.update(atS, this.position, this.velocity);
    const stalled = this.nowS < this.servoStalledUntilS;
    for (let j = 0; j < this.position.length; j++) {
      // a servo that stands still loses what it was told meanwhile, as one that is driven by velocity does
      if (stalled) this.offset[j] = commandPosition[j] - this.position[j];
      else this.position[j] = commandPosition[j] - this.offset[j];
      this.velocity[j] = stalled ? 0 : commandVelocity[j];
    }
  }

  private output(): ArmOutput {
    const check = (): void => {
      if (this.throwing) throw new Error('the output is broken');
    };
    const unavailable = (): string => this.missing;
    const topic = {
      unavailable,
      send: (motion: Trajectory, startS: number, stop?: boolean) => {
        check();
        this.follow(motion, startS, () => {}, undefined, stop);
      },
    };
    if (this.kind === 'topic') return new TrajectoryOutput(topic, this.limits);
    if (this.kind === 'action')
      return new ActionOutput(
        {
          unavailable,
          send: (motion, startS, ended, stop) => {
            check();
            let id: number | undefined;
            this.follow(motion, startS, ended, (given) => (id = given), stop);
            return { cancel: () => this.inbox.push(() => id !== undefined && this.controller.cancel(id)) };
          },
          cancelAll: () => undefined,
        },
        topic,
        this.limits,
      );
    return new VelocityOutput(
      {
        unavailable,
        begin: () => (this.refusal = ''),
        refusal: () => this.refusal,
        send: (velocity) => {
          check();
          const copy = [...velocity];
          this.sent.push({ kind: 'velocity', atS: this.nowS, velocity: copy });
          this.inbox.push(() => this.controller.commandVelocity(copy, this.nowS));
        },
      },
      this.limits,
      this.gainPerS,
    );
  }

  /** As trajectoryMessage() sends it: what does not begin ahead has no first knot, what begins on arrival no stamp. */
  private follow(
    motion: Trajectory,
    startS: number,
    ended: (ok: boolean, reason: string) => void,
    accepted: (id: number) => void = () => {},
    stop = false,
  ): void {
    this.sent.push({ kind: 'trajectory', atS: this.nowS, startS, motion });
    const n = motion.joints.length;
    const ahead = startS > this.nowS;
    const row = (values: Float64Array, k: number) => values.slice(k * n, (k + 1) * n);
    const points = Array.from(motion.timesS, (timeFromStartS, k) => ({
      positions: row(motion.positions, k),
      velocities: row(motion.velocities, k),
      accelerations: row(motion.accelerations, k),
      effort: [],
      timeFromStartS,
    })).slice(ahead ? 0 : 1);
    const answer = (ok: boolean, text: string): void => void this.answers.push(() => ended(ok, text));
    this.inbox.push(() => {
      const taken = this.controller.follow(
        { jointNames: motion.joints, points, startS: startS > -Infinity ? startS : undefined, stop },
        this.nowS,
        (outcome) => answer(outcome.status === 'succeeded', outcome.text),
      );
      if (typeof taken === 'number') accepted(taken);
      else answer(false, taken.text);
    });
  }
}
