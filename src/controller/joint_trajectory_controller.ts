import { CommandLimiter } from '../motion/limiter.js';
import type { JointPlan } from './joint_plan.js';
import { planJoint } from './plan_trajectory.js';
import type { GoalTolerances, Tolerances } from './tolerances.js';
import { stopPlan } from './stop_plan.js';
import { goalTolerances, parameterTolerances, violation } from './tolerances.js';
import type {
  ControlledJoint,
  ControllerParameters,
  GoalOutcome,
  TrajectoryInput,
  Verdict,
} from './types.js';
import { ErrorCode } from './types.js';
import { malformed } from './validate.js';

/** What drives the joints: nothing (they hold), a trajectory, a velocity stream; "stopped" is latched. */
export type ControllerMode = 'inactive' | 'holding' | 'trajectory' | 'velocity' | 'stopped';

/** One cycle's values per joint, in the controller's joint order; valid until the next update. */
export interface ControllerState {
  mode: ControllerMode;
  /** What the trajectory asks for now. */
  desiredPosition: Float64Array;
  desiredVelocity: Float64Array;
  desiredAcceleration: Float64Array;
  actualPosition: Float64Array;
  actualVelocity: Float64Array;
  /** desired - actual. */
  errorPosition: Float64Array;
  errorVelocity: Float64Array;
  /** What goes to the arm: inside position, velocity and acceleration limits. */
  commandPosition: Float64Array;
  commandVelocity: Float64Array;
  /** Time into the trajectory that drives; 0 when none does. */
  timeFromStartS: number;
  /** Point of the trajectory that is reached next. */
  nextPoint: number;
}

/** Cycles that follow sooner are one cycle with the next. */
const SHORTEST_STEP_S = 1e-4;

interface ActiveGoal {
  id: number;
  joints: number[];
  startS: number;
  endS: number;
  /** Segments that lead to the first point of the trajectory, minus points left out: plan knot -> point index. */
  pointOffset: number;
  tolerances: Tolerances;
  finished: (outcome: GoalOutcome) => void;
}

/**
 * joint_trajectory_controller and a forward velocity controller over one position-commanded arm, without ROS and clock:
 * time comes in with every call. What is asked for passes a CommandLimiter, so the command never jumps.
 *
 *   follow(trajectory) --> plan per joint --sample--+
 *   commandVelocity(v) --> watchdog ---------------+--> CommandLimiter --> command
 *   stop() / cancel() / nothing: velocity 0 --------+
 *
 * One source drives at a time: a new trajectory replaces the running one (its goal is aborted), a velocity stream and a
 * trajectory do not interrupt each other. stop() aborts, brakes and latches until reset().
 */
export class JointTrajectoryController {
  readonly state: ControllerState;
  private readonly limiter: CommandLimiter;
  private readonly names: string[];
  private readonly plans: (JointPlan | undefined)[];
  private readonly velocityTarget: Float64Array;
  private parameters: ControllerParameters;
  private goal: ActiveGoal | undefined;
  private mode: ControllerMode = 'inactive';
  private reason = '';
  private goals = 0;
  private lastUpdateS = Number.NaN;
  private lastVelocityS = -Infinity;
  private velocityArmed = true;
  /** The controller's own clock: runs with the caller's, but by no more than maxStepS an update. */
  private clockS = 0;

  constructor(
    readonly joints: readonly ControlledJoint[],
    parameters: ControllerParameters,
  ) {
    const zeros = () => new Float64Array(joints.length);
    this.parameters = parameters;
    this.limiter = new CommandLimiter(joints);
    this.names = joints.map((j) => j.name);
    this.plans = joints.map(() => undefined);
    this.velocityTarget = zeros();
    this.state = {
      mode: 'inactive',
      desiredPosition: zeros(),
      desiredVelocity: zeros(),
      desiredAcceleration: zeros(),
      actualPosition: zeros(),
      actualVelocity: zeros(),
      errorPosition: zeros(),
      errorVelocity: zeros(),
      commandPosition: this.limiter.position,
      commandVelocity: this.limiter.velocity,
      timeFromStartS: 0,
      nextPoint: 0,
    };
  }

  /** New parameters; a running goal keeps the tolerances it was accepted with. */
  configure(parameters: ControllerParameters): void {
    this.parameters = parameters;
  }

  /** Starts to hold where the arm is. @param nowS any monotonic clock, the same in all calls. */
  activate(nowS: number, position: ArrayLike<number>, velocity?: ArrayLike<number>): void {
    this.limiter.restart(position, velocity);
    this.lastUpdateS = nowS;
    this.mode = 'holding';
    this.plans.fill(undefined);
    this.state.desiredPosition.set(this.limiter.position);
  }

  /** Ends what runs; nothing is commanded until the next activate. */
  deactivate(): void {
    this.end('aborted', ErrorCode.INVALID_GOAL, 'the controller was deactivated');
    this.mode = 'inactive';
    this.plans.fill(undefined);
  }

  /** Why the arm is stopped; empty when it is not. */
  get stopReason(): string {
    return this.mode === 'stopped' ? this.reason : '';
  }

  /** No joint is commanded to move. */
  get still(): boolean {
    return this.limiter.still;
  }

  /**
   * Takes a trajectory (topic or action goal) and starts it at once, replacing a running one.
   * @param finished told once how it ended. @returns its id, or why it was refused; nothing changes then.
   */
  follow(
    input: TrajectoryInput,
    nowS: number,
    finished: (outcome: GoalOutcome) => void = () => {},
    given: GoalTolerances = {},
  ): number | Verdict {
    const p = this.parameters;
    const busy = this.refusal(nowS);
    if (busy) return busy;
    const wrong = malformed(input, this.joints, p, nowS);
    if (wrong) return wrong;
    const tolerances = goalTolerances(parameterTolerances(this.joints.length, p), given, this.names);
    if ('code' in tolerances) return tolerances;
    const startS = this.clockS + (input.startS === undefined ? 0 : input.startS - this.lastUpdateS);
    const fresh = new Map<number, JointPlan | undefined>();
    const last = input.points[input.points.length - 1];
    // While no cycle ran the arm came to rest, whatever was commanded last.
    const stands = nowS - this.lastUpdateS > p.maxStepS;
    for (let k = 0; k < input.jointNames.length; k++) {
      const j = this.names.indexOf(input.jointNames[k]);
      const command = { position: this.limiter.position[j], velocity: this.limiter.velocity[j] };
      if (input.stop) {
        const endRad = stands ? NaN : last.positions[k];
        fresh.set(j, stopPlan(command, endRad, last.timeFromStartS, this.joints[j], this.clockS));
        continue;
      }
      const plan = planJoint(input, k, this.joints[j], command, this.clockS, startS, p, !this.limiter.still);
      if ('code' in plan) return plan;
      fresh.set(j, plan);
    }
    this.end('aborted', ErrorCode.INVALID_GOAL, 'preempted by a new trajectory');
    if (!p.allowTrajectoryReplacement) this.plans.fill(undefined);
    let endS = this.clockS;
    let knots = 0;
    for (const [j, plan] of fresh) {
      this.plans[j] = plan;
      const brakeS = Math.abs(this.limiter.velocity[j]) / this.joints[j].accelerationRadPerS2;
      endS = Math.max(endS, plan?.endS ?? this.clockS + brakeS);
      knots = plan?.knots.length ?? input.points.length;
    }
    this.goal = {
      id: ++this.goals,
      joints: [...fresh.keys()],
      startS,
      endS,
      pointOffset: input.points.length - knots,
      tolerances,
      finished,
    };
    this.mode = 'trajectory';
    return this.goal.id;
  }

  /** Cancels a goal: the arm brakes from the last command and holds. @returns whether it was still running. */
  cancel(id: number): boolean {
    if (this.goal?.id !== id) return false;
    this.hold();
    this.end('canceled', ErrorCode.SUCCESSFUL, 'canceled; the arm brakes and holds');
    return true;
  }

  /**
   * Velocities in rad/s, one per joint in the controller's order; must be repeated within velocityTimeoutS.
   * @returns why it was ignored. An ignored command does not feed the watchdog.
   */
  commandVelocity(velocity: ArrayLike<number>, nowS: number): Verdict | undefined {
    const bad = (text: string): Verdict => ({ code: ErrorCode.INVALID_GOAL, text });
    if (this.mode === 'inactive') return bad('the controller is not active');
    if (velocity.length !== this.joints.length)
      return bad(
        `data: expected ${this.joints.length} velocities (${this.names.join(', ')}), got ${velocity.length}`,
      );
    let zero = true;
    for (let j = 0; j < velocity.length; j++) {
      if (!Number.isFinite(velocity[j]))
        return bad(`data[${j}]: ${this.names[j]} is ${velocity[j]}, expected a finite number`);
      if (velocity[j] !== 0) zero = false;
    }
    const silence = nowS - this.lastVelocityS;
    if (this.mode === 'stopped') {
      this.lastVelocityS = nowS;
      return bad(`stopped (${this.reason}); reset first`);
    }
    if (this.goal) return bad('a trajectory is running');
    // After a reset a stream that never paused must not set the arm in motion by itself.
    if (!this.velocityArmed) {
      this.lastVelocityS = nowS;
      if (!zero && silence <= this.parameters.velocityTimeoutS)
        return bad('after a reset the velocity stream must pause or send zeros once');
      this.velocityArmed = true;
    }
    this.lastVelocityS = nowS;
    this.velocityTarget.set(velocity);
    this.plans.fill(undefined);
    this.mode = 'velocity';
    return undefined;
  }

  /** Aborts what runs, brakes within the acceleration limits and latches. */
  stop(reason: string): void {
    if (this.mode === 'inactive') return;
    if (this.mode !== 'stopped') this.reason = reason;
    this.hold();
    this.mode = 'stopped';
    this.velocityArmed = false;
    this.end('aborted', ErrorCode.INVALID_GOAL, `stopped: ${reason}`);
  }

  /** Releases a stop. @returns why it cannot be released yet. */
  reset(): string | undefined {
    if (this.mode === 'inactive') return 'the controller is not active';
    if (this.mode !== 'stopped') return undefined;
    if (!this.still) return 'the arm is still braking';
    this.mode = 'holding';
    this.reason = '';
    return undefined;
  }

  /**
   * One control cycle: checks tolerances, moves the command on.
   * @param measuredS when the measured state was received, on the same clock; absent = now.
   */
  update(
    nowS: number,
    position: ArrayLike<number>,
    velocity: ArrayLike<number>,
    measuredS = nowS,
  ): ControllerState {
    const { state, parameters: p } = this;
    const dtS = Math.min(p.maxStepS, nowS - this.lastUpdateS);
    if (this.mode === 'inactive') this.measure(position, velocity);
    if (this.mode === 'inactive' || !(dtS >= SHORTEST_STEP_S)) return state;
    // While no cycle ran the command stood still, and so does the arm by now: go on from rest, late.
    if (nowS - this.lastUpdateS > p.maxStepS) this.limiter.velocity.fill(0);
    this.lastUpdateS = nowS;
    if (p.stateTimeoutS > 0 && nowS - measuredS > p.stateTimeoutS)
      this.stop(`joint states are ${(nowS - measuredS).toFixed(2)} s old (more than ${p.stateTimeoutS} s)`);
    this.clockS += dtS;
    if (this.mode === 'velocity' && nowS - this.lastVelocityS > p.velocityTimeoutS) this.hold();
    this.measure(position, velocity);
    this.judge();
    for (let j = 0; j < this.joints.length; j++) {
      const plan = this.plans[j];
      if (this.mode === 'velocity') this.limiter.advance(j, this.velocityTarget[j], dtS);
      else if (plan) {
        const asked = plan.sample(this.clockS);
        this.limiter.follow(j, asked.position, asked.velocity, dtS);
      } else this.limiter.advance(j, 0, dtS);
    }
    state.mode = this.mode;
    return state;
  }

  private refusal(nowS: number): Verdict | undefined {
    const no = (text: string): Verdict => ({ code: ErrorCode.INVALID_GOAL, text });
    if (this.mode === 'inactive') return no('the controller is not active');
    if (this.mode === 'stopped') return no(`stopped: ${this.reason}; reset first`);
    if (this.mode === 'velocity' && nowS - this.lastVelocityS <= this.parameters.velocityTimeoutS)
      return no('a velocity stream is driving the arm');
    return undefined;
  }

  /** Desired, actual and error of this cycle. */
  private measure(position: ArrayLike<number>, velocity: ArrayLike<number>): void {
    const { state } = this;
    for (let j = 0; j < this.joints.length; j++) {
      const plan = this.plans[j];
      if (plan) {
        const s = plan.sample(this.clockS);
        state.desiredPosition[j] = s.position;
        state.desiredVelocity[j] = s.velocity;
        state.desiredAcceleration[j] = s.acceleration;
      } else {
        state.desiredPosition[j] = this.limiter.position[j];
        state.desiredVelocity[j] = this.limiter.velocity[j];
        state.desiredAcceleration[j] = 0;
      }
      state.actualPosition[j] = position[j];
      state.actualVelocity[j] = velocity[j];
      state.errorPosition[j] = state.desiredPosition[j] - position[j];
      state.errorVelocity[j] = state.desiredVelocity[j] - velocity[j];
    }
    const plan = this.goal && this.plans[this.goal.joints[0]];
    state.timeFromStartS = this.goal ? this.clockS - this.goal.startS : 0;
    state.nextPoint = this.goal && plan ? Math.max(0, plan.nextKnot(this.clockS) + this.goal.pointOffset) : 0;
  }

  /** Tolerances and time-outs of the running trajectory. */
  private judge(): void {
    const { goal, parameters: p } = this;
    if (!goal) return;
    const late = this.clockS - goal.endS;
    const which = late < 0 ? goal.tolerances.path : goal.tolerances.goal;
    const broken = this.firstViolation(goal, which);
    if (late < 0) {
      if (broken) this.fail(ErrorCode.PATH_TOLERANCE_VIOLATED, `path tolerance violated: ${broken}`);
    } else if (!broken) {
      // A plan that ends in motion ends its rule here: brake from the command instead of going back to the point.
      for (const j of goal.joints) if (this.plans[j]?.endVelocity) this.plans[j] = undefined;
      this.mode = 'holding';
      this.end('succeeded', ErrorCode.SUCCESSFUL, 'goal reached');
    } else if (goal.tolerances.goalTimeS > 0 && late > goal.tolerances.goalTimeS)
      this.fail(
        ErrorCode.GOAL_TOLERANCE_VIOLATED,
        `goal tolerance violated: ${broken}, ${late.toFixed(3)} s after the end (goal_time_tolerance ${goal.tolerances.goalTimeS} s)`,
      );
    else if (p.cmdTimeoutS > goal.tolerances.goalTimeS && late > p.cmdTimeoutS)
      this.fail(
        ErrorCode.GOAL_TOLERANCE_VIOLATED,
        `command timeout: ${broken}, ${late.toFixed(3)} s after the end`,
      );
  }

  private firstViolation(goal: ActiveGoal, tolerances: Tolerances['path']): string | undefined {
    const { state } = this;
    for (const j of goal.joints) {
      // At the end of a plan that ends in motion the joint need not stand still.
      const moving = this.clockS >= goal.endS && this.plans[j]?.endVelocity;
      const found = violation(
        moving ? { ...tolerances[j], velocityRadPerS: 0 } : tolerances[j],
        state.errorPosition[j],
        state.errorVelocity[j],
      );
      if (found) return `${this.names[j]}: ${found}`;
    }
    return undefined;
  }

  private fail(code: number, text: string): void {
    this.hold();
    this.end('aborted', code, text);
  }

  private hold(): void {
    this.plans.fill(undefined);
    this.velocityTarget.fill(0);
    if (this.mode !== 'stopped') this.mode = 'holding';
  }

  private end(status: GoalOutcome['status'], code: number, text: string): void {
    const { goal } = this;
    this.goal = undefined;
    goal?.finished({ status, code, text });
  }
}
