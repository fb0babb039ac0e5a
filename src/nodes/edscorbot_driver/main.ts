/**
 * Driver of a real ED-Scorbot over MQTT behind a joint_trajectory_controller: same topics, action and rules as the simulated
 * arm's.
 *
 *   trajectory, goal, velocities -> JointTrajectoryController -> ArmMotion -> EdScorbotDriver -> MQTT -> arm
 *   /joint_states, /tf, ~/status  <-  encoder counters  <-  MQTT
 *
 * Nothing moves before ~/home and ~/arm. A lost broker, stale encoders, a lost home and ~/stop end every motion; ~/reset
 * and ~/arm allow the next.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlowingController } from '../../edscorbot/slowing_controller.js';
import { parseUrdf } from '../../arm/urdf/parse.js';
import { ArmMotion } from '../../edscorbot/arm_motion.js';
import { EdScorbotDriver, Refusal } from '../../edscorbot/driver.js';
import { MqttLink } from '../../edscorbot/mqtt_link.js';
import { packageRoot } from '../../files/models.js';
import { type ArmStatusMessage, nowS, RosNode, type TriggerResponse } from '../../ros/index.js';
import { controllerParameters } from '../../ros/controller_parameters.js';
import { attachControllerFace } from '../../ros/follow_joint_trajectory.js';
import { RobotPublisher } from '../arm_simulator/robot_publisher.js';
import { brokerOptions, controlledJoints, driverOptions, leadTimes } from './driver_options.js';
import { driverParameters } from './parameters.js';

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({
    name: 'edscorbot_driver',
    argv,
    parameters: driverParameters,
    hardwareId: 'edscorbot',
  });
  const { parameters, log } = node;
  const values = parameters.all();
  const joints = await orStop(node, () => controlledJoints(values));
  const instance = `${values.client_id}-${process.pid}-${Math.round(performance.timeOrigin)}`;

  const watchers = new Set<() => void>();
  const driver: EdScorbotDriver = new EdScorbotDriver(
    driverOptions(values, joints, instance),
    (message) => link.publish(message),
    (state, reason) => {
      const line = `${state}${reason ? `: ${reason}` : ''}`;
      if (state === 'fault' || state === 'disconnected' || state === 'stopped') log.warn(line);
      else log.info(line);
      for (const watcher of watchers) watcher();
    },
  );
  // The driver watches the age of encoder reports.
  const controller = new SlowingController(joints, controllerParameters(values, joints.length));
  controller.slowing = values.time_scaling;
  controller.slowed = (factor) => log.info(`trajectory is performed ${factor.toFixed(2)} times slower`);
  parameters.onChange(() => {
    const now = parameters.all();
    controller.configure(controllerParameters(now, joints.length));
    controller.slowing = now.time_scaling;
  });
  const motion = new ArmMotion(
    driver,
    controller,
    values.joint_directions,
    leadTimes(values),
    values.integral_rates,
  );

  attachControllerFace(node, controller, {
    nowS,
    onEvent: ({ level, text }) => log[level](text),
    veto: () => motion.refusal,
  });
  const urdf = readFileSync(join(packageRoot(), 'urdf', 'edscorbot.urdf'), 'utf8');
  const robot = new RobotPublisher(node as never, urdf, parseUrdf(urdf).joints, values.joints);

  const { topics } = driver;
  const link = new MqttLink(
    brokerOptions(values, instance),
    [topics.metainfo, topics.commands, topics.counters, topics.owner],
    {
      connected: () => driver.connected(nowS()),
      disconnected: () => driver.disconnected(),
      message: (topic, payload) => driver.receive(topic, payload, nowS()),
      trouble: (text) => log.warn(text),
    },
    { topic: topics.owner, payload: driver.lastWill },
  );

  let publishedS = -Infinity;
  node.timer(1 / values.update_rate, () => {
    motion.update(nowS());
    // Each encoder report once, as of its receipt; none before the joints' zero is known.
    if (driver.homed && driver.feedback.receivedS > publishedS) {
      publishedS = driver.feedback.receivedS;
      robot.publish(node.now(), motion.position, motion.velocity, true);
    }
    report();
  });

  const status = node.publisher<ArmStatusMessage>('oneshot_arm_msgs/msg/ArmStatus', '~/status', 'latched');
  let reported = '';
  function report(): void {
    const state = statusOf(driver, controller.stopReason !== '');
    const reason = driver.reason || controller.stopReason;
    const key = [state, reason, driver.homed].join();
    if (reported === key) return;
    reported = key;
    status.publish({
      header: { stamp: node.now(), frame_id: '' },
      name: node.name,
      state,
      ready: motion.refusal === '',
      stop_latched: state === 'stopped' || state === 'stopping',
      homed: driver.homed,
      connected: driver.state !== 'disconnected',
      reason,
    });
  }

  /** A service that answers {success, message}; a Refusal is an answer, not a fault of the node. */
  const trigger = (name: string, act: () => string | Promise<string>): void =>
    node.service<object, TriggerResponse>('std_srvs/srv/Trigger', `~/${name}`, async () => {
      try {
        return { success: true, message: await act() };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { success: false, message: error.message };
      }
    });
  trigger('home', async () => {
    driver.home(nowS());
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (driver.state === 'homing') return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
    });
    if (!driver.homed) throw new Refusal(driver.reason || `home: ${driver.state}`);
    return 'homed; call ~/arm to move';
  });
  trigger('arm', () => {
    motion.arm(nowS());
    return 'armed';
  });
  trigger('stop', () => {
    motion.stop('stop service');
    return 'stopping; call ~/reset, then ~/arm to move again';
  });
  trigger('reset', () => {
    if (motion.refusal.startsWith('stopping')) throw new Refusal('reset: the arm is still braking');
    driver.reset(nowS());
    if (driver.state === 'disconnected') throw new Refusal('reset: there is no broker');
    return driver.homed ? 'reset; call ~/arm to move' : 'reset; call ~/home, then ~/arm';
  });

  node.diagnose('driver', () => ({
    level:
      driver.state === 'fault' || driver.state === 'disconnected' ? 'error' : driver.active ? 'ok' : 'warn',
    message: driver.reason ? `${driver.state}: ${driver.reason}` : driver.state,
    values: {
      homed: driver.homed,
      held_by: driver.heldBy ?? '',
      encoder_age_s: Number(driver.feedback.ageS(nowS()).toFixed(3)),
      encoder_reports_taken: driver.feedback.counts.taken,
      encoder_reports_left_out: driver.feedback.counts.leftOut,
      references_sent: driver.counts.references,
      unreadable_messages: driver.counts.unreadable,
      foreign_commands: driver.counts.foreignCommands,
      broker_losses: driver.counts.brokerLosses,
      faults: driver.counts.faults,
    },
  }));
  // Before the process ends the arm comes to rest and is left.
  node.onStop(async () => {
    motion.stop('the node ends');
    // from full speed the slowest joint needs a second
    for (let k = 0; k < 150 && driver.active; k++) await new Promise((resolve) => setTimeout(resolve, 10));
    driver.release();
    await link.close();
  });
  await node.done;
}

/** What is wrong with the parameters ends the node in an orderly way first. */
async function orStop<T>(node: { stop(): Promise<void> }, make: () => T): Promise<T> {
  try {
    return make();
  } catch (error) {
    await node.stop();
    throw error;
  }
}

function statusOf(driver: EdScorbotDriver, braking: boolean): string {
  switch (driver.state) {
    case 'connected':
      return driver.homed ? 'inactive' : 'unhomed';
    case 'armed':
      return braking ? 'stopping' : 'holding';
    case 'executing':
      return braking ? 'stopping' : 'moving';
    case 'fault':
      return 'stopped';
    default:
      return driver.state;
  }
}
