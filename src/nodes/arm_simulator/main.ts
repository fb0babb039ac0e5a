/**
 * A simulated arm behind a joint_trajectory_controller: same topics, action and rules as the real ones, so that what
 * drives it drives a ros2_control arm.
 *
 *   trajectory, goal, velocities -> JointTrajectoryController -> PhysicsArm | ServoArm -> /joint_states, /tf
 */
import { PhysicsArm } from '../../../sim/physics/physics_arm.js';
import { Simulation } from '../../../sim/simulation.js';
import { JointTrajectoryController } from '../../controller/joint_trajectory_controller.js';
import {
  type ArmStatusMessage,
  fromSeconds,
  nowS,
  RosNode,
  StampClock,
  type TriggerResponse,
} from '../../ros/index.js';
import { controllerParameters } from '../../ros/controller_parameters.js';
import { attachControllerFace } from '../../ros/follow_joint_trajectory.js';
import { armMaker } from './make_arm.js';
import { simulatorParameters } from './parameters.js';
import { RobotPublisher } from './robot_publisher.js';
import { simulatedRobot } from './simulated_robot.js';
import { simulationServices } from './simulation_services.js';

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({
    name: 'arm_simulator',
    argv,
    parameters: simulatorParameters,
    hardwareId: 'arm_simulator',
  });
  const { parameters } = node;
  const values = parameters.all();
  const robot = simulatedRobot(values);
  const { joints } = robot;
  const makeArm = await armMaker(robot, values);
  const ownTime = values.publish_clock;
  const periodS = 1 / values.update_rate;

  const core = new JointTrajectoryController(joints, controllerParameters(values, joints.length));
  parameters.onChange(() => core.configure(controllerParameters(parameters.all(), joints.length)));
  const names = joints.map((j) => j.name);
  const publisher = new RobotPublisher(node as never, robot.urdf, robot.model.joints, names);
  const clock = ownTime ? node.publisher<object>('rosgraph_msgs/msg/Clock', '/clock') : undefined;
  const stamps = new StampClock(() => node.now(), nowS);
  let cycle = 0;
  const simulation = new Simulation(
    {
      core,
      makeArm,
      start: robot.start,
      periodS,
      ownTime,
      clockS: nowS,
      onCycle(timeS) {
        const { arm } = simulation;
        const stamp = ownTime ? fromSeconds(timeS) : stamps.stamp(timeS);
        clock?.publish({ clock: stamp });
        publisher.publish(stamp, arm.position, arm.velocity, cycle++ % 2 === 0, arm.effort);
      },
    },
    nowS(),
  );
  if (ownTime) {
    node.timeFrom(() => fromSeconds(simulation.timeS));
    if (values.paused) simulation.pause(true);
  }
  if (simulation.arm instanceof PhysicsArm && simulation.arm.meshLinks.length)
    node.log.info(`collision meshes touch nothing: ${simulation.arm.meshLinks.join(', ')}`);

  attachControllerFace(node, core, {
    nowS: ownTime ? () => simulation.timeS : nowS,
    onEvent: ({ level, text }) => node.log[level](text),
    veto: () => (simulation.freeDriving ? 'free drive: the arm is led by hand; call ~/free_drive false' : ''),
  });
  simulationServices(node, simulation, robot.toolLink);
  node.timer(
    periodS,
    () => {
      simulation.run(nowS());
      report();
    },
    'steady',
  );

  const status = node.publisher<ArmStatusMessage>('oneshot_arm_msgs/msg/ArmStatus', '~/status', 'latched');
  let reported = '';
  function report(): void {
    const reason = core.stopReason;
    const moving = core.still ? 'holding' : 'moving';
    const stopped = core.still ? 'stopped' : 'stopping';
    const state = simulation.freeDriving ? 'free drive' : reason ? stopped : moving;
    if (reported === state + reason) return;
    reported = state + reason;
    status.publish({
      header: { stamp: node.now(), frame_id: '' },
      name: node.name,
      state,
      ready: !reason && !simulation.freeDriving,
      stop_latched: reason !== '',
      homed: true,
      connected: true,
      reason,
    });
  }

  node.service<object, TriggerResponse>('std_srvs/srv/Trigger', '~/stop', () => {
    simulation.stop('stop service');
    // braking begins now, and is told, not with the next cycle: on a machine with too much to do that comes late
    simulation.run(nowS());
    report();
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
  node.diagnose('simulation', () => {
    const { realTimeFactor, overruns, lostS } = simulation.report(nowS());
    return {
      level: lostS > 0 ? 'warn' : 'ok',
      message: simulation.paused
        ? 'paused'
        : lostS > 0
          ? `${lostS.toFixed(2)} s were lost: this machine has too much to do`
          : 'in real time',
      values: { physics: values.physics, real_time_factor: realTimeFactor.toFixed(3), overruns },
    };
  });
  // Before the process ends the arm comes to rest.
  node.onStop(async () => {
    simulation.stop('the node ends');
    for (let k = 0; k < 70 && !core.still && !simulation.paused; k++)
      await new Promise((resolve) => setTimeout(resolve, 10));
  });
  await node.done;
}
