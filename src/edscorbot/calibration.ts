import { reject } from '../input_error.js';

/**
 * How one joint's angle is written on the wire (docs/edscorbot.md):
 *   reference = round(referencePerDegree x angle)                 digital spike reference, an integer
 *   angle     = (encoderZero - count) / countPerDegree            encoder counter, an integer
 * Angles here are the arm's own, in degrees from its home position.
 */
export interface JointCalibration {
  /** k_j, digital spike references per degree. */
  referencePerDegree: number;
  /** c_j, encoder counts per degree. */
  countPerDegree: number;
  /** Least and greatest angle in degrees. */
  minDegrees: number;
  maxDegrees: number;
}

/** The counter's value at home. */
export const ENCODER_ZERO = 32768;
/** Counters are 16-bit. */
export const ENCODER_MAX = 65535;

/** The ED-Scorbot's four joints under control: base, shoulder, elbow, pitch. Limits are those of its URDF. */
export const ED_SCORBOT_JOINTS: readonly JointCalibration[] = [
  { referencePerDegree: 3.050640635, countPerDegree: 125.5, minDegrees: -125, maxDegrees: 125 },
  { referencePerDegree: 9.532888465, countPerDegree: 131, minDegrees: -85, maxDegrees: 85 },
  { referencePerDegree: 3.220611916, countPerDegree: 132.5, minDegrees: -112.5, maxDegrees: 112.5 },
  {
    referencePerDegree: 17.66784452,
    countPerDegree: 1 / 0.012391573729863692,
    minDegrees: -90,
    maxDegrees: 90,
  },
];

/** Angle in degrees of an encoder counter. */
export function degreesOfCount(joint: JointCalibration, count: number): number {
  return (ENCODER_ZERO - count) / joint.countPerDegree;
}

/** Encoder counter, an integer in 0..65535, that stands at an angle in degrees. */
export function countOfDegrees(joint: JointCalibration, degrees: number): number {
  const count = Math.round(ENCODER_ZERO - degrees * joint.countPerDegree);
  return Math.min(ENCODER_MAX, Math.max(0, count));
}

/** Angle in degrees that a reference asks for. */
export function degreesOfReference(joint: JointCalibration, reference: number): number {
  return reference / joint.referencePerDegree;
}

/**
 * The reference nearest to an angle whose own angle lies within the joint's limits: rounding never leads over a limit.
 * Refuses what is not finite.
 */
export function referenceOfDegrees(joint: JointCalibration, degrees: number): number {
  if (!Number.isFinite(degrees)) reject('not-finite', 'degrees', 'a finite angle', degrees);
  const [least, greatest] = referenceRange(joint);
  return Math.min(greatest, Math.max(least, Math.round(degrees * joint.referencePerDegree))) + 0;
}

/** Least and greatest reference within the joint's limits. */
export function referenceRange(joint: JointCalibration): [number, number] {
  const ends = [joint.minDegrees, joint.maxDegrees].map((d) => d * joint.referencePerDegree);
  return [Math.ceil(Math.min(...ends) - 1e-9), Math.floor(Math.max(...ends) + 1e-9)];
}
