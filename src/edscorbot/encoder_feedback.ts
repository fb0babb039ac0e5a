import { degreesOfCount, type JointCalibration } from './calibration.js';

/** What is believed of encoder counters. */
export interface FeedbackLimits {
  /** An angle may lie this far outside a joint's limits, degrees. */
  rangeMarginDegrees: number;
  /**
   * Between two reports a joint turns by no more than jumpDegrees + jumpDegreesPerS x time. Reports that were held up arrive
   * together: jumpDegrees is more than a joint turns between the sending of two.
   */
  jumpDegrees: number;
  jumpDegreesPerS: number;
  /** After so many unbelievable reports in a row the encoders have failed. */
  failures: number;
}

export const DEFAULT_FEEDBACK: FeedbackLimits = {
  rangeMarginDegrees: 5,
  jumpDegrees: 8,
  jumpDegreesPerS: 120,
  failures: 3,
};

/**
 * What became of a report: taken, left out, or one too many of those. `zeroLost`: the last of them read well and says that
 * the joints are where they cannot be.
 */
export type Judgement =
  { kind: 'taken' } | { kind: 'left out' | 'failed'; reason: string; zeroLost: boolean };

/**
 * The joints' angles out of encoder reports. A single damaged report is left out; one that persists is a failure.
 * Times are of receipt, on a monotonic clock, s.
 */
export class EncoderFeedback {
  /** Latest angles and speeds in degrees; NaN before the first report. */
  readonly degrees: Float64Array;
  readonly degreesPerS: Float64Array;
  /** When the latest report was received. */
  receivedS = -Infinity;
  private doubtful = 0;
  /** Reports taken and left out since the start. */
  readonly counts = { taken: 0, leftOut: 0 };

  constructor(
    private readonly joints: readonly JointCalibration[],
    private readonly limits: FeedbackLimits = DEFAULT_FEEDBACK,
  ) {
    this.degrees = new Float64Array(joints.length).fill(NaN);
    this.degreesPerS = new Float64Array(joints.length);
  }

  /** Age in s of the latest report. */
  ageS(nowS: number): number {
    return nowS - this.receivedS;
  }

  /** The next report is believed whatever came before, as after homing or a gap. */
  restart(): void {
    this.receivedS = -Infinity;
    this.doubtful = 0;
  }

  /** Judges a report. @param counts decoded counters, or undefined for a message that did not read. */
  take(counts: readonly number[] | undefined, nowS: number, checkRange: boolean): Judgement {
    const reason = this.fault(counts, nowS, checkRange);
    if (reason === undefined) {
      this.store(counts!, nowS);
      return { kind: 'taken' };
    }
    this.counts.leftOut++;
    const kind = ++this.doubtful >= this.limits.failures ? 'failed' : 'left out';
    return { kind, reason, zeroLost: counts !== undefined };
  }

  private fault(
    counts: readonly number[] | undefined,
    nowS: number,
    checkRange: boolean,
  ): string | undefined {
    if (!counts) return 'encoder report does not read';
    const { rangeMarginDegrees, jumpDegrees, jumpDegreesPerS } = this.limits;
    const jump = jumpDegrees + jumpDegreesPerS * (nowS - this.receivedS);
    for (let j = 0; j < this.joints.length; j++) {
      const degrees = degreesOfCount(this.joints[j], counts[j]);
      const { minDegrees, maxDegrees } = this.joints[j];
      if (
        checkRange &&
        (degrees < minDegrees - rangeMarginDegrees || degrees > maxDegrees + rangeMarginDegrees)
      )
        return `encoder of joint ${j + 1} reads ${degrees.toFixed(1)} deg, outside ${minDegrees}..${maxDegrees}`;
      const turned = Math.abs(degrees - this.degrees[j]);
      if (turned > jump)
        return `encoder of joint ${j + 1} jumped by ${turned.toFixed(1)} deg (at most ${jump.toFixed(1)})`;
    }
    return undefined;
  }

  private store(counts: readonly number[], nowS: number): void {
    const elapsed = nowS - this.receivedS;
    for (let j = 0; j < this.joints.length; j++) {
      const degrees = degreesOfCount(this.joints[j], counts[j]);
      if (!Number.isFinite(elapsed)) this.degreesPerS[j] = 0;
      // Two reports at almost the same time say nothing of the speed.
      else if (elapsed > 0.02) this.degreesPerS[j] = (degrees - this.degrees[j]) / elapsed;
      this.degrees[j] = degrees;
    }
    this.receivedS = nowS;
    this.doubtful = 0;
    this.counts.taken++;
  }
}
