import { loadMujoco } from '../../../sim/physics/mujoco.js';
import { PhysicsArm } from '../../../sim/physics/physics_arm.js';
import { stiffArm } from '../../../sim/physics/stiff_arm.js';
import { ServoArm, type ServoParameters, stiffServo } from '../../../sim/servo.js';
import type { SimulatedArm } from '../../../sim/simulated_arm.js';
import { reject } from '../../input_error.js';
import { Random } from '../../kernels/random.js';
import type { ParameterValues } from '../../ros/index.js';
import { edscorbotServos } from './edscorbot_servos.js';
import type { simulatorParameters } from './parameters.js';
import type { SimulatedRobot } from './simulated_robot.js';

/** What makes the arm that the parameters ask for, the same one each time. @throws InputError where they do not fit together. */
export async function armMaker(
  robot: SimulatedRobot,
  values: ParameterValues<typeof simulatorParameters>,
): Promise<() => SimulatedArm> {
  const { urdf, start, limits } = robot;
  const joints = robot.joints.map((j) => j.name);
  const servo: ServoParameters = {
    ...stiffServo,
    naturalFrequencyRadPerS: values['servo.natural_frequency'],
    dampingRatio: values['servo.damping_ratio'],
    velocityFeedforward: values['servo.velocity_feedforward'],
    positionNoiseRad: values['servo.position_noise'],
  };
  const deadTimeS = values['servo.dead_time'];
  const payload = { massKg: values['payload.mass'], link: values['payload.link'] || robot.toolLink };
  if (values.physics === 'servo') {
    for (const [name, asked] of [
      ['payload.mass', payload.massKg > 0],
      ['servo.model', values['servo.model'] !== 'stiff'],
    ] as const)
      if (asked) reject('no-physics', name, 'physics: mujoco for it', 'physics: servo');
    return () =>
      new ServoArm(
        joints.map(() => servo),
        start,
        deadTimeS,
        new Random(values.seed),
      );
  }
  const mujoco = await loadMujoco();
  return () => {
    const fitted =
      values['servo.model'] === 'edscorbot' ? edscorbotServos(mujoco, urdf, joints, start) : undefined;
    return new PhysicsArm(mujoco, {
      ...stiffArm(urdf, joints, start, limits, servo),
      ...fitted,
      deadTimeS,
      random: new Random(values.seed),
      payload: payload.massKg > 0 ? payload : undefined,
      contacts: values.contacts,
    });
  };
}
