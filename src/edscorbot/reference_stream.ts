import {
  degreesOfReference,
  referenceOfDegrees,
  referenceRange,
  type JointCalibration,
} from './calibration.js';

/** How references may go out. */
export interface StreamLimits {
  /** Time between references, s. */
  periodS: number;
  /** Greatest speed per joint, degrees/s: a reference differs from the one before by no more than that speed allows. */
  degreesPerS: readonly number[];
  /** An unchanged reference is repeated after this time, s, lest a lost one be missed for ever. */
  repeatS: number;
}

/**
 * Turns a moving target into the integers that go to the arm: at most one set per period, within the position limits,
 * in steps that hold the speed limit.
 */
export class ReferenceStream {
  private last: number[] = [];
  private lastS = -Infinity;
  private readonly target: number[];

  constructor(
    private readonly joints: readonly JointCalibration[],
    private readonly limits: StreamLimits,
  ) {
    this.target = joints.map(() => NaN);
  }

  /** Starts where the arm is; nothing is sent before the target leaves from there or repeatS has gone by. */
  start(degrees: ArrayLike<number>, nowS: number): void {
    this.last = this.joints.map((joint, j) => referenceOfDegrees(joint, degrees[j]));
    this.lastS = nowS;
    for (let j = 0; j < this.joints.length; j++) this.target[j] = degrees[j];
  }

  /** Where the arm should go, degrees; finite. */
  aim(degrees: ArrayLike<number>): void {
    for (let j = 0; j < this.joints.length; j++) this.target[j] = degrees[j];
  }

  /** The angles in degrees of the references that stand. */
  get degrees(): number[] {
    return this.last.map((r, j) => degreesOfReference(this.joints[j], r));
  }

  /** The references to be sent now, if any. */
  next(nowS: number): number[] | undefined {
    const elapsed = nowS - this.lastS;
    // Timers are late by a little at times: a tenth of a period early is on time.
    if (elapsed < 0.9 * this.limits.periodS) return undefined;
    const references = this.joints.map((joint, j) =>
      this.step(joint, j, Math.min(elapsed, this.limits.periodS)),
    );
    const same = references.every((r, j) => r === this.last[j]);
    if (same && elapsed < this.limits.repeatS) return undefined;
    this.last = references;
    this.lastS = nowS;
    return references;
  }

  private step(joint: JointCalibration, j: number, elapsedS: number): number {
    const wanted = referenceOfDegrees(joint, this.target[j]);
    const most = this.limits.degreesPerS[j] * elapsedS * Math.abs(joint.referencePerDegree);
    const step = Math.trunc(Math.max(-most, Math.min(most, wanted - this.last[j])));
    const [least, greatest] = referenceRange(joint);
    return Math.min(greatest, Math.max(least, this.last[j] + step));
  }
}
