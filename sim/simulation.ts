import type { JointTrajectoryController } from '../src/controller/joint_trajectory_controller.js';
import { reject } from '../src/input_error.js';
import { Pace } from './pace.js';
import type { SimulatedArm } from './simulated_arm.js';

/** An arm with masses: it can be led, pushed, and holds memory. */
export interface PhysicalArm extends SimulatedArm {
  freeDrive(on: boolean): void;
  applyWrench(link: string, force: ArrayLike<number>, torque: ArrayLike<number>, durationS: number): void;
  delete(): void;
}

/** Joints slower than this stand. */
const STANDING_RAD_PER_S = 0.02;

export interface SimulationOptions {
  core: JointTrajectoryController;
  /** A new arm at rest at `start`, with its random numbers from their beginning. */
  makeArm: () => SimulatedArm;
  /** rad. */
  start: readonly number[];
  /** Of a control cycle. */
  periodS: number;
  /** The simulation gives the time, from 0, and can be paused and stepped; else it keeps to the clock of run(). */
  ownTime?: boolean;
  /** The clock of run(), to see how long cycles take: what there is to make up for does not keep others waiting. Left out: it may. */
  clockS?: () => number;
  /** After every cycle, with its time on the clock (own time: the simulated one), s. */
  onCycle?: (timeS: number) => void;
}

/**
 * A controller core and a simulated arm in fixed cycles, without ROS and clock: time comes in with run(), or, where the
 * simulation gives the time, is counted in cycles.
 *
 *   run(now) -> as many cycles as are due:   arm moves for a period -> core.update -> arm.drive -> onCycle
 */
export class Simulation {
  arm: SimulatedArm;
  private readonly pace: Pace;
  private readonly core: JointTrajectoryController;
  private makeArm: () => SimulatedArm;
  private cycles = 0;
  private lastS: number;
  private free = false;
  private stopped = false;

  /** @param nowS the clock that run() will tell. */
  constructor(
    private readonly options: SimulationOptions,
    nowS: number,
  ) {
    this.core = options.core;
    this.makeArm = options.makeArm;
    this.arm = this.makeArm();
    this.pace = new Pace(options.periodS, nowS, options.clockS);
    this.lastS = options.ownTime ? 0 : nowS;
    this.core.activate(this.lastS, this.arm.position);
  }

  /** Simulated time where the simulation gives it, else the time of the last cycle, s. */
  get timeS(): number {
    return this.lastS;
  }

  get paused(): boolean {
    return this.stopped;
  }

  get freeDriving(): boolean {
    return this.free;
  }

  /** Cycles that are due by now; none while paused. */
  run(nowS: number): void {
    if (this.stopped) return this.pace.skip(nowS);
    this.pace.due(nowS, (dueS) => this.cycle(dueS));
  }

  /** How well real time was kept since the last report. */
  report(nowS: number): ReturnType<Pace['report']> {
    return this.pace.report(nowS);
  }

  /** Time stands still, or goes on. @throws InputError where the simulation does not give the time. */
  pause(on: boolean): void {
    this.needsOwnTime('pause');
    this.stopped = on;
  }

  /** One cycle of a paused simulation. @throws InputError where it is not paused. */
  step(): void {
    this.needsOwnTime('step');
    if (!this.stopped) reject('not-paused', 'step', 'a paused simulation', 'a running one');
    this.cycle(0);
  }

  /** Nothing moves the arm, and it has come to rest. */
  get standing(): boolean {
    const { mode } = this.core.state;
    const held = this.core.still && (mode === 'holding' || mode === 'stopped');
    return held && !this.free && this.arm.velocity.every((v) => Math.abs(v) < STANDING_RAD_PER_S);
  }

  /** Everything but time, and a latched stop, as at the start: the arm at rest at its start position, bit for bit the same arm. */
  reset(): void {
    this.take(this.makeArm());
  }

  /** Another arm in place of this one, at rest where this one stands, and at every reset(). @throws InputError where it moves. */
  exchange(makeArm: () => SimulatedArm): void {
    if (!this.standing) reject('moving', 'arm', 'an arm that stands', 'one that moves or is led');
    const next = makeArm();
    next.reset(this.arm.position);
    this.makeArm = makeArm;
    this.take(next);
  }

  private take(next: SimulatedArm): void {
    const latched = this.core.stopReason;
    this.core.stop('the simulation begins anew');
    physical(this.arm)?.delete();
    this.arm = next;
    this.free = false;
    this.core.activate(this.lastS, this.arm.position);
    if (latched) this.core.stop(latched);
  }

  /** Only gravity is balanced, so that the arm can be led; ends with the arm held where it is. @throws InputError: no masses, stopped. */
  freeDrive(on: boolean): void {
    const arm = this.physics('free drive');
    if (on === this.free) return;
    if (on) {
      if (this.core.stopReason)
        reject('stopped', 'free drive', 'an arm that is not stopped', this.core.stopReason);
      this.core.stop('free drive');
      this.core.deactivate();
    }
    arm.freeDrive(on);
    if (!on) this.core.activate(this.lastS, arm.position);
    this.free = on;
  }

  /** Brakes and latches; free drive ends. */
  stop(reason: string): void {
    if (this.free) this.freeDrive(false);
    this.core.stop(reason);
  }

  /** Pushes a link at its origin, N and N m in the base frame. @throws InputError: no masses, unknown link, values. */
  applyWrench(link: string, force: ArrayLike<number>, torque: ArrayLike<number>, durationS: number): void {
    const arm = this.physics('wrench');
    if (!(durationS > 0 && durationS <= 60))
      reject('out-of-range', 'duration', 'more than 0 and at most 60 s', durationS);
    arm.applyWrench(link, force, torque, durationS);
  }

  private cycle(dueS: number): void {
    const { periodS, ownTime, onCycle } = this.options;
    this.lastS = ownTime ? ++this.cycles * periodS : dueS;
    this.arm.advance(periodS);
    const state = this.core.update(this.lastS, this.arm.position, this.arm.velocity);
    if (!this.free) this.arm.drive(state.commandPosition, state.commandVelocity, periodS);
    onCycle?.(this.lastS);
  }

  private physics(what: string): PhysicalArm {
    return (
      physical(this.arm) ?? reject('no-physics', what, 'an arm with masses (physics: mujoco)', 'servos only')
    );
  }

  private needsOwnTime(what: string): void {
    if (!this.options.ownTime)
      reject(
        'no-own-time',
        what,
        'a simulation that gives the time (publish_clock: true)',
        'one that keeps to the clock',
      );
  }
}

function physical(arm: SimulatedArm): PhysicalArm | undefined {
  return 'applyWrench' in arm ? (arm as PhysicalArm) : undefined;
}
