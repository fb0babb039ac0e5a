/**
 * Drives an arm by hand:
 *
 *   ~/joint_jog, ~/twist, joy --> Teleop (checked, one holder, limits) --> MotionCore --> the arm's controller
 *
 * Nothing is sent unless somebody commands. docs/teleop.md has what a command must be.
 */
import {
  type JointJog,
  type JointState,
  type Joy,
  nowS,
  RosNode,
  type TeleopStatusMessage,
  toSeconds,
  type TriggerResponse,
  type TwistStamped,
} from '../../ros/index.js';
import { type Command, jogCommand, joyCommand, twistCommand } from '../../teleop/index.js';
import { heardDescription } from '../description_topic.js';
import { parameterTable } from './parameters.js';
import { setUp } from './setup.js';

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({
    name: 'teleop',
    argv,
    parameters: parameterTable,
    hardwareId: 'teleop',
  });
  let made;
  try {
    made = setUp(node, await heardDescription(node as never));
  } catch (error) {
    await node.stop();
    throw error;
  }
  const { teleop, core, measured } = made;
  const { arm } = teleop;

  node.subscribe<JointState>('sensor_msgs/msg/JointState', 'joint_states', 'sensor', (m) =>
    measured.receive(
      m.name,
      m.position,
      m.velocity,
      toSeconds(m.header.stamp),
      nowS(),
      toSeconds(node.now()),
    ),
  );

  let complained = '';
  let refused = 0;
  const take = (
    name: string,
    sender: string,
    stamp: JointJog['header']['stamp'],
    make: () => Command | null,
  ): void => {
    const wrong = teleop.receive({ name, sender }, toSeconds(stamp), nowS(), toSeconds(node.now()), make);
    // a stream of bad commands is logged once, not at its own rate
    if (wrong && wrong !== complained && !teleop.paused) node.log.warn(`ignored: ${wrong}`);
    complained = wrong;
    if (wrong) refused++;
    report();
  };
  node.subscribeBySender<JointJog>('control_msgs/msg/JointJog', '~/joint_jog', 'sensor', (m, sender) =>
    take('joint_jog', sender, m.header.stamp, () =>
      jogCommand(
        {
          joints: m.joint_names,
          velocities: m.velocities,
          displacements: m.displacements,
          durationS: m.duration,
        },
        arm.joints,
        teleop.settings.scaling,
      ),
    ),
  );
  node.subscribeBySender<TwistStamped>('geometry_msgs/msg/TwistStamped', '~/twist', 'sensor', (m, sender) =>
    take('twist', sender, m.header.stamp, () =>
      twistCommand({ frame: m.header.frame_id, ...m.twist }, arm.rows, teleop.settings.scaling),
    ),
  );
  node.subscribeBySender<Joy>('sensor_msgs/msg/Joy', 'joy', 'sensor', (m, sender) =>
    take('joy', sender, m.header.stamp, () =>
      joyCommand(m, teleop.settings.joy, arm.joints, arm.rows, teleop.settings.scaling),
    ),
  );

  node.service<{ data: boolean }, TriggerResponse>('std_srvs/srv/SetBool', '~/pause', ({ data }) => {
    teleop.pause(data, nowS());
    report();
    return {
      success: true,
      message: data ? 'paused' : 'goes on with the next command, from where the arm is',
    };
  });
  node.service<object, TriggerResponse>('std_srvs/srv/Trigger', '~/stop', () => {
    const trouble = core.stop(nowS(), 'stop was asked for');
    if (trouble) throw new Error(`stopped for good, but the arm could not be told: ${trouble}`);
    return { success: true, message: 'stopping; ~/reset makes it ready again' };
  });
  node.service<object, TriggerResponse>('std_srvs/srv/Trigger', '~/reset', () => {
    const refusal = core.reset(nowS());
    if (refusal) throw new Error(refusal);
    return { success: true, message: 'ready' };
  });

  const publisher = node.publisher<TeleopStatusMessage>(
    'oneshot_arm_msgs/msg/TeleopStatus',
    '~/status',
    'latched',
  );
  let reported = '';
  function report(always = false): void {
    const status = teleop.status(nowS());
    const fresh = core.watch(nowS()) === '';
    const summary = `${status.code} ${status.message} ${status.state} ${status.source} ${fresh}`;
    if (!always && summary === reported) return;
    reported = summary;
    publisher.publish({
      header: { stamp: node.now(), frame_id: '' },
      code: status.code,
      message: status.message,
      state: status.state,
      source: status.source,
      speed_scaling: status.scaling,
      joint_states_fresh: fresh,
    });
  }

  node.timer(
    1 / node.parameters.get('stream_rate_hz'),
    () => {
      teleop.tick(nowS());
      report();
    },
    'steady',
  );
  node.timer(0.2, () => report(true), 'steady');
  node.diagnose('teleop', () => {
    const { state, message, source } = teleop.status(nowS());
    const wrong = core.stopReason || core.watch(nowS());
    return {
      level: wrong ? 'warn' : 'ok',
      message: wrong || state,
      values: { state, message, source, refused, joint_state_age_s: measured.ageS(nowS()).toFixed(3) },
    };
  });
  node.onStop(async () => {
    teleop.pause(true, nowS());
    while (core.busy) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  await node.done;
}
