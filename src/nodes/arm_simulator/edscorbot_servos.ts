import { type JointServo, positionServo, saturatingServo } from '../../../sim/physics/joint_servo.js';
import { jointInertias } from '../../../sim/physics/physics_arm.js';
import type { Mujoco } from '../../../sim/physics/mujoco.js';
import { stiffServo } from '../../../sim/servo.js';
import type { JointResponse } from '../../edscorbot/joint_response.js';
import responses from '../../edscorbot/joint_responses.json';

const degree = Math.PI / 180;

/** Servos and dry friction that make the joints of a simulated ED-Scorbot answer as its recordings do. */
export interface FittedServos {
  servos: JointServo[];
  /** For joints that no recording is of. */
  others: () => JointServo;
  /** N m by joint: the fitted friction (an error in degrees) times the servo's stiffness w^2 x inertia. */
  frictionNm: Map<string, number>;
}

const fitted: readonly string[] = ['base_joint', 'shoulder', 'elbow', 'pitch'];

/** @param start rad, where the joints' inertia is taken. */
export function edscorbotServos(
  mujoco: Mujoco,
  urdf: string,
  joints: readonly string[],
  start: ArrayLike<number>,
): FittedServos {
  const inertias = jointInertias(mujoco, urdf, joints, start);
  const frictionNm = new Map<string, number>();
  const servos = joints.map((name, j) => {
    const index = fitted.indexOf(name);
    if (index < 0) return positionServo(stiffServo);
    const r: JointResponse = responses[index];
    frictionNm.set(name, r.frictionDegrees * degree * r.naturalFrequencyRadPerS ** 2 * inertias[j]);
    return saturatingServo({
      naturalFrequencyRadPerS: r.naturalFrequencyRadPerS,
      dampingRatio: r.dampingRatio,
      integralPerS: r.integralPerS,
      loadRad: r.loadDegrees * degree,
      outputLimitRad: r.outputLimitDegrees * degree,
    });
  });
  return { servos, others: () => positionServo(stiffServo), frictionNm };
}
