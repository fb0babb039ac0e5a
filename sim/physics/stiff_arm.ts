import type { LimitsConfig } from '../../src/arm/limits/config.js';
import { stiffServo } from '../servo.js';
import { positionServo } from './joint_servo.js';
import type { PhysicsArmOptions } from './physics_arm.js';

/**
 * A robot as it is simulated unless something else is asked for: stiff servos on all joints, the floor and the pairs of links
 * that may overlap as its limits have them. @param start of `joints`, rad.
 */
export function stiffArm(
  urdf: string,
  joints: readonly string[],
  start: ArrayLike<number>,
  limits: LimitsConfig,
  servo = stiffServo,
): PhysicsArmOptions {
  return {
    urdf,
    joints,
    start,
    servos: joints.map(() => positionServo(servo)),
    others: () => positionServo(stiffServo),
    positionNoiseRad: servo.positionNoiseRad,
    floorM: limits.workspace?.floor ?? undefined,
    ignoreContacts: limits.selfCollision?.ignore,
  };
}
