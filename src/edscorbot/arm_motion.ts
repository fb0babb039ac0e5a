import type { JointTrajectoryController } from '../controller/joint_trajectory_controller.js';
import type { EdScorbotDriver } from './driver.js';

const DEGREES = 180 / Math.PI;

/**
 * A joint_trajectory_controller over the driver: the controller's command becomes the driver's target while the driver is
 * armed, and whatever ends the driver's readiness ends what the controller does. Controller: rad in the robot description's
 * senses; driver: degrees in the arm's own.
 */
export class ArmMotion {
  /** Measured, rad and rad/s in the robot description's senses; NaN before the first encoder report. */
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  private readonly degrees: Float64Array;
  /** How far the target is ahead of the command, and would be without an integrator, rad. */
  private readonly ahead: Float64Array;
  private readonly wanted: Float64Array;
  private updatedS = NaN;
  private stopping: string | undefined;
  private running = false;

  /**
   * @param directions per joint +1 or -1: the robot description's angle over the arm's own.
   * @param leadS per joint, s: the target runs ahead of the command by this time at the command's velocity, which makes up
   * for a joint that follows a ramp by that much late (2 z / w of its response). @param integralPerS per joint, 1/s: how fast the
   * arm's own integrator makes up for it as well (k of its response): so fast the lead fades, and is taken back at the end.
   */
  constructor(
    readonly driver: EdScorbotDriver,
    readonly controller: JointTrajectoryController,
    private readonly directions: readonly number[],
    private readonly leadS: readonly number[] = directions.map(() => 0),
    private readonly integralPerS: readonly number[] = directions.map(() => 0),
  ) {
    this.ahead = new Float64Array(directions.length);
    this.wanted = new Float64Array(directions.length);
    this.position = new Float64Array(directions.length).fill(NaN);
    this.velocity = new Float64Array(directions.length);
    this.degrees = new Float64Array(directions.length);
  }

  /** Why no motion is taken now; empty when it is. */
  get refusal(): string {
    const { driver } = this;
    if (this.stopping !== undefined) return `stopping: ${this.stopping}`;
    if (driver.active) return '';
    const why = driver.reason ? `: ${driver.reason}` : '';
    if (driver.state === 'stopped' || driver.state === 'fault') return `${driver.state}${why}; reset first`;
    if (driver.state !== 'connected') return `${driver.state}${why}`;
    return `${driver.homed ? 'not armed' : 'not homed'}${why}`;
  }

  /** Encoders out, then arms: the controller holds where the arm is. Throws Refusal. */
  arm(nowS: number): void {
    this.driver.arm(nowS);
    this.stopping = undefined;
    this.measure();
    this.ahead.fill(0);
    this.wanted.fill(0);
    this.updatedS = nowS;
    this.controller.activate(nowS, this.position);
    this.running = true;
  }

  /** Brakes within the acceleration limit, then latches. */
  stop(reason: string): void {
    if (!this.driver.active) return this.driver.stop(reason);
    this.stopping ??= reason;
    this.controller.stop(reason);
  }

  /** One control cycle. */
  update(nowS: number): void {
    const { driver, controller } = this;
    this.measure();
    if (driver.active) {
      const state = controller.update(nowS, this.position, this.velocity, driver.feedback.receivedS);
      const elapsedS = Math.max(0, nowS - this.updatedS);
      this.updatedS = nowS;
      for (let j = 0; j < this.degrees.length; j++) {
        // e' = u' - k e: what the error must be so that error and its integral together drive the joint along the command
        const wanted = this.leadS[j] * state.commandVelocity[j];
        this.ahead[j] = this.ahead[j] * Math.exp(-this.integralPerS[j] * elapsedS) + wanted - this.wanted[j];
        this.wanted[j] = wanted;
        this.degrees[j] = (state.commandPosition[j] + this.ahead[j]) * this.directions[j] * DEGREES;
      }
      driver.aim(this.degrees, state.mode === 'trajectory' || !controller.still);
      if (state.mode === 'stopped' && controller.still) this.driver.stop(controller.stopReason);
    }
    driver.tick(nowS);
    if (driver.active) return;
    this.stopping = undefined;
    if (!this.running) return;
    this.running = false;
    controller.stop(driver.reason || driver.state);
    controller.deactivate();
  }

  private measure(): void {
    const { degrees, degreesPerS } = this.driver.feedback;
    for (let j = 0; j < this.degrees.length; j++) {
      this.position[j] = (degrees[j] * this.directions[j]) / DEGREES;
      this.velocity[j] = (degreesPerS[j] * this.directions[j]) / DEGREES;
    }
  }
}
