/**
 * A simulated arm behind a joint_trajectory_controller: same topics, action and rules as the real ones, so that what
 * drives it drives a ros2_control arm.
 *
 *   trajectory, goal, velocities -> JointTrajectoryController -> ServoArm -> /joint_states, /tf
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServoArm, stiffServo } from '../../../sim/servo.js';
import { JointTrajectoryController } from '../../controller/joint_trajectory_controller.js';
import type { ControlledJoint } from '../../controller/types.js';
import type { LimitsConfig } from '../../arm/limits/config.js';
import { jointLimits } from '../../arm/limits/joint_limits.js';
import type { RobotModel } from '../../arm/urdf/model.js';
import { parseUrdf } from '../../arm/urdf/parse.js';
import { readLimits } from '../../files/arm_files.js';
import { packageRoot } from '../../files/models.js';
import { reject } from '../../input_error.js';
import { Random } from '../../kernels/random.js';
import {
  type ArmStatusMessage,
  fromNanoseconds,
  RosNode,
  toNanoseconds,
  type TriggerResponse,
} from '../../ros/index.js';
import { controllerParameters } from '../../ros/controller_parameters.js';
import { attachControllerFace } from '../../ros/follow_joint_trajectory.js';
import { RobotPublisher } from './robot_publisher.js';
import { simulatorParameters } from './parameters.js';

/** A process that was held up for longer loses the rest: its arm stood still, s. */
const LONGEST_CATCH_UP_S = 0.5;

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({
    name: 'arm_simulator',
    argv,
    parameters: simulatorParameters,
    hardwareId: 'arm_simulator',
  });
  const { parameters } = node;
  const file = parameters.get('robot_description_file') || join(packageRoot(), 'urdf', 'edscorbot.urdf');
  const urdf = readFileSync(file, 'utf8');
  const model = parseUrdf(urdf);
  const limits = readLimits(parameters.get('joint_limits') || undefined);
  const joints = controlledJoints(
    model,
    parameters.get('joints'),
    limits,
    parameters.get('max_accelerations'),
  );
  const start = startPositions(joints, parameters.get('initial_positions'));

  const nowS = () => performance.now() / 1000;
  const core = new JointTrajectoryController(joints, controllerParameters(parameters.all(), joints.length));
  parameters.onChange(() => core.configure(controllerParameters(parameters.all(), joints.length)));
  const arm = new ServoArm(
    joints.map(() => ({
      ...stiffServo,
      naturalFrequencyRadPerS: parameters.get('servo.natural_frequency'),
      dampingRatio: parameters.get('servo.damping_ratio'),
      velocityFeedforward: parameters.get('servo.velocity_feedforward'),
      positionNoiseRad: parameters.get('servo.position_noise'),
    })),
    start,
    parameters.get('servo.dead_time'),
    new Random(parameters.get('seed')),
  );
  core.activate(nowS(), start);

  attachControllerFace(node, core, {
    nowS,
    onEvent: ({ level, text }) => node.log[level](text),
  });
  const robot = new RobotPublisher(node as never, urdf, model.joints, parameters.get('joints'));

  // Fixed steps on the clock: a process that was held up makes up for it, as an arm does not wait for its computer.
  const periodS = 1 / parameters.get('update_rate');
  let due = nowS() + periodS;
  let cycle = 0;
  node.timer(periodS, () => {
    const now = nowS();
    const rosNow = toNanoseconds(node.now());
    due = Math.max(due, now - LONGEST_CATCH_UP_S);
    for (; due <= now + periodS / 2; due += periodS) {
      arm.advance(periodS);
      const state = core.update(due, arm.position, arm.velocity);
      arm.drive(state.commandPosition, state.commandVelocity, periodS);
      const stamp = fromNanoseconds(rosNow - BigInt(Math.round((now - due) * 1e9)));
      robot.publish(stamp, arm.position, arm.velocity, cycle++ % 2 === 0);
    }
    report();
  });

  const status = node.publisher<ArmStatusMessage>('oneshot_arm_msgs/msg/ArmStatus', '~/status', 'latched');
  let reported = '';
  function report(): void {
    const reason = core.stopReason;
    const state = reason ? (core.still ? 'stopped' : 'stopping') : core.still ? 'holding' : 'moving';
    if (reported === state + reason) return;
    reported = state + reason;
    status.publish({
      header: { stamp: node.now(), frame_id: '' },
      name: node.name,
      state,
      ready: !reason,
      stop_latched: reason !== '',
      homed: true,
      connected: true,
      reason,
    });
  }

  node.service<object, TriggerResponse>('std_srvs/srv/Trigger', '~/stop', () => {
    core.stop('stop service');
    node.log.warn('stopped by service');
    return { success: true, message: 'braking; call ~/reset to move again' };
  });
  node.service<object, TriggerResponse>('std_srvs/srv/Trigger', '~/reset', () => {
    const refusal = core.reset();
    return { success: refusal === undefined, message: refusal ?? 'ready' };
  });
  node.diagnose('controller', () => ({
    level: core.stopReason ? 'warn' : 'ok',
    message: core.stopReason ? `stopped: ${core.stopReason}` : core.state.mode,
    values: {
      still: core.still,
      worst_position_error_rad: Math.max(...core.state.errorPosition.map(Math.abs)),
    },
  }));
  // Before the process ends the arm comes to rest.
  node.onStop(async () => {
    core.stop('the node ends');
    for (let k = 0; k < 70 && !core.still; k++) await new Promise((resolve) => setTimeout(resolve, 10));
  });
  await node.done;
}

/** Hard limits: of the description and the joint limits file, without the margin that planned motions keep. */
function controlledJoints(
  model: RobotModel,
  names: readonly string[],
  limits: LimitsConfig,
  accelerations: readonly number[],
): ControlledJoint[] {
  if (accelerations.length !== 0 && accelerations.length !== names.length)
    reject('wrong-length', 'max_accelerations', `${names.length} values`, accelerations);
  return jointLimits(model, names, { ...limits, softMargin: 0 }).map((joint, j) => ({
    name: joint.name,
    lowerRad: joint.lower,
    upperRad: joint.upper,
    velocityRadPerS: joint.velocity,
    accelerationRadPerS2: accelerations[j] ?? joint.acceleration,
  }));
}

function startPositions(joints: readonly ControlledJoint[], given: readonly number[]): number[] {
  if (given.length === 0) return joints.map(() => 0);
  if (given.length !== joints.length)
    reject('wrong-length', 'initial_positions', `${joints.length} values`, given);
  joints.forEach((joint, j) => {
    if (given[j] < joint.lowerRad || given[j] > joint.upperRad)
      reject('out-of-range', `initial_positions[${j}]`, `${joint.lowerRad} to ${joint.upperRad}`, given[j]);
  });
  return [...given];
}
