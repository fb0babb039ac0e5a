import { servoAcceleration, type ServoParameters } from '../servo.js';

/**
 * What drives one joint: the acceleration (rad/s^2) it wants, given command and its rate, position and velocity (rad, rad/s),
 * and the time h (s) since it was last asked. Torque = that times the joint's inertia, gravity added.
 */
export interface JointServo {
  acceleration(command: number, rate: number, position: number, velocity: number, h: number): number;
  /** Forgets what it remembers. */
  reset(): void;
}

/** Proportional and derivative, as a stiff position interface has it. */
export function positionServo(parameters: ServoParameters): JointServo {
  return {
    acceleration: (command, rate, position, velocity) =>
      servoAcceleration(parameters, command, rate, position, velocity),
    reset: () => undefined,
  };
}

/** Parameters of a saturating PI servo; angles in rad. */
export interface SaturatingServoParameters {
  /** w, rad/s. */
  naturalFrequencyRadPerS: number;
  /** z. */
  dampingRatio: number;
  /** k, 1/s. */
  integralPerS: number;
  /** b, a constant load as the error that would balance it, rad. */
  loadRad: number;
  /** s, rad. */
  outputLimitRad: number;
}

/**
 * The ED-Scorbot's spiking PI controllers as fitted to its recordings:
 *
 *   u = clip(e + k I, -s, s),  I' = e, but 0 while u is clipped;   p'' = w^2 (u + b) - 2 z w p'
 *
 * Dry friction is the joint's own, in the physics.
 */
export function saturatingServo(p: SaturatingServoParameters): JointServo {
  const { naturalFrequencyRadPerS: w, dampingRatio: z, integralPerS: k, loadRad: b, outputLimitRad: s } = p;
  let integral = 0;
  return {
    acceleration(command, _rate, position, velocity, h) {
      const error = command - position;
      const wanted = error + k * (integral + error * h);
      if (wanted <= s && wanted >= -s) integral += error * h;
      return w * w * (Math.max(-s, Math.min(s, wanted)) + b) - 2 * z * w * velocity;
    },
    reset: () => void (integral = 0),
  };
}
