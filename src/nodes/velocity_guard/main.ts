/**
 * Stands between a sender of joint velocities and a controller that performs the last ones it got for ever:
 *
 *   ~/commands -> VelocityGuard -> forward_velocity_controller/commands
 *
 * ~/ended tells why a stream was ended or is refused. A process of its own, so that it is there when the sender is not. An arm
 * that moves at its start (the guard before it is gone) is slowed down.
 */
import { setPriority } from 'node:os';
import { MeasuredJoints, VelocityGuard } from '../../motion/index.js';
import { type JointState, nowS, RosNode, toSeconds } from '../../ros/index.js';
import { commandedArm } from '../arm_parameters.js';
import { heardDescription } from '../description_topic.js';
import { guardParameters } from './parameters.js';

interface Velocities {
  layout: object;
  data: Float64Array;
}
const type = 'std_msgs/msg/Float64MultiArray';

/** Between two looks at the clock, s. */
const periodS = 0.01;
/** An arm faster than this moves, rad/s; it is looked at for this long after the start, s. */
const movingRadPerS = 0.05;
const firstLookS = 5;

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({ name: 'velocity_guard', argv, parameters: guardParameters });
  const values = node.parameters.all();
  aheadOfOthers();
  let arm;
  try {
    arm = commandedArm(values, await heardDescription(node as never));
  } catch (error) {
    await node.stop();
    throw error;
  }
  const { commandJoints, limits } = arm;
  const controller = node.publisher<Velocities>(type, 'forward_velocity_controller/commands', 'command');
  const told = node.publisher<{ data: string }>('std_msgs/msg/String', '~/ended');
  const message: Velocities = { layout: { dim: [], data_offset: 0 }, data: new Float64Array(0) };
  const guard = new VelocityGuard({
    limits,
    timeoutS: values.timeout,
    send(velocity) {
      message.data = velocity;
      controller.publish(message);
    },
    onEnd(reason) {
      node.log.warn(`stream ended: ${reason}`);
      told.publish({ data: reason });
    },
  });
  node.subscribeBySender<Velocities>(type, '~/commands', 'default', ({ data }, sender) =>
    guard.receive(data, sender, nowS()),
  );
  node.timer(periodS, () => guard.tick(nowS()), 'steady');

  // who was here before may have left an arm that moves
  const joints = new MeasuredJoints(commandJoints);
  const startS = nowS();
  const leave = node.subscribe<JointState>('sensor_msgs/msg/JointState', 'joint_states', 'sensor', (m) => {
    const atS = nowS();
    joints.receive(m.name, m.position, m.velocity, toSeconds(m.header.stamp), atS, atS);
    const speed = joints.speed(atS, 1);
    if (guard.state === 'waiting' && speed > movingRadPerS)
      guard.halt(joints.velocity, `the arm already moves at ${speed.toFixed(2)} rad/s`, atS);
    if (guard.state !== 'waiting' || atS - startS > firstLookS) setImmediate(leave);
  });

  node.diagnose('stream', () => ({
    level: guard.reason ? 'warn' : 'ok',
    message: guard.reason || guard.state,
    values: { state: guard.state, controllers: controller.subscriptionCount },
  }));
  node.onStop(async () => {
    if (guard.state === 'passing') guard.end('the guard ends', nowS());
    for (let k = 0; k < 200 && guard.state !== 'waiting'; k++)
      await new Promise((resolve) => setTimeout(resolve, 10));
  });
  node.log.info(`passes velocities of ${commandJoints.join(', ')} on to ${controller.topic}`);
  await node.done;
}

/** It does little, but that in time: before other processes, where the system allows it. */
function aheadOfOthers(): void {
  try {
    setPriority(-10);
  } catch {
    // only a superuser may ask for it
  }
}
