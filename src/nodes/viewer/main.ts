/**
 * Shows the arm in a browser: what ROS says goes to the pages, what a page may ask for goes to services, and what it drives by hand
 * to teleop.
 *
 *   /robot_description, /joint_states, LEARNER/lesson, /activity, /status, ARM/status -> ViewerServer -> pages
 *   page: stop (always); reset, teach, execute, save, load, forget (with the token) -> LearnerClient -> LEARNER/..., ARM/...
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { firstFault, type NodeStatus, serverMessage, type TeleopView } from '../../../sim/viewer/protocol.js';
import { ViewerServer } from '../../../sim/viewer/server.js';
import { parseUrdf } from '../../arm/urdf/parse.js';
import { toolLink } from '../../arm/urdf/tool_link.js';
import { packageRoot } from '../../files/models.js';
import {
  type ActivityMessage,
  type ArmStatusMessage,
  type JointState,
  type JointTrajectory,
  type LearnerStatusMessage,
  type LessonMessage,
  nowS,
  RosNode,
  type TeleopStatusMessage,
  toSeconds,
} from '../../ros/index.js';
import { readExamples } from './examples.js';
import { jogging } from './jogging.js';
import { LearnerClient } from './learner_client.js';
import { namedMeshes } from './meshes.js';
import { viewerParameters } from './parameters.js';
import { PerformanceRecord } from './performance_record.js';
import { activityView, lessonView, shownView, statusView } from './views.js';

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({
    name: 'viewer',
    argv,
    parameters: viewerParameters,
    hardwareId: 'viewer',
  });
  const { parameters } = node;
  const [learner, arm, teleop] = [parameters.get('learner'), parameters.get('arm'), parameters.get('teleop')];

  const states: { arm: NodeStatus | null; learner: NodeStatus | null } = { arm: null, learner: null };
  const heard = { joints: -Infinity, learner: -Infinity, arm: -Infinity, teleop: -Infinity };
  let jointDelayS: number | null = null;
  const age = (sinceS: number): number | null => (sinceS === -Infinity ? null : nowS() - sinceS);
  const client = new LearnerClient(
    node,
    learner,
    arm,
    teleop,
    (stage, progress) => server.tell({ type: 'stage', stage, progress }),
    (name) => age(name === learner ? heard.learner : name === arm ? heard.arm : heard.teleop),
  );
  const tellSkills = async (): Promise<void> => {
    const skills = await client.skills().catch(() => undefined);
    if (skills) server.tell({ type: 'skills', skills });
  };

  const server = await ViewerServer.start({
    host: parameters.get('host'),
    port: parameters.get('port'),
    origins: parameters.get('origins'),
    token: parameters.get('control_token') || randomBytes(12).toString('base64url'),
    pageFolder: join(packageRoot(), 'dist', 'sim', 'viewer', 'page'),
    act: async (action) => {
      if (action.type === 'memory') {
        const memory = await client.memory(action);
        server.tell({ type: 'memory', memory });
        return 'shown';
      }
      const answer = await client.act(action, states.arm);
      if (action.type === 'save') await tellSkills();
      return answer;
    },
    jog: jogging(node, teleop, parameters.get('base_frame')),
    ages: () => ({ joints: age(heard.joints), learner: age(heard.learner), arm: age(heard.arm) }),
    jointDelayS: () => jointDelayS,
  });
  node.onStop(() => server.close());
  console.log(`viewer: ${server.url}`);
  console.log(`viewer, to control the arm: ${server.controlUrl}`);

  let description = '';
  node.subscribe<{ data: string }>('std_msgs/msg/String', 'robot_description', 'latched', ({ data }) => {
    description = data;
    const { files, faults } = namedMeshes(data);
    for (const fault of faults) node.log.warn(`a mesh is not shown: ${fault}`);
    const meshes = server.share(files);
    server.tell({ type: 'robot', urdf: data, tool: parameters.get('tcp_link') || toolOf(data), meshes });
  });
  const performance = new PerformanceRecord((performed) => server.tell({ type: 'performed', ...performed }));
  let motionStartS = 0;
  let joints: JointState | undefined;
  node.subscribe<JointState>('sensor_msgs/msg/JointState', 'joint_states', 'sensor', (m) => {
    joints = m;
    heard.joints = nowS();
    const stampS = toSeconds(m.header.stamp);
    jointDelayS = stampS > 0 ? toSeconds(node.now()) - stampS : null;
  });
  let command: ControllerCommand | undefined;
  node.subscribe<ControllerCommand>(
    'control_msgs/msg/JointTrajectoryControllerState',
    'joint_trajectory_controller/controller_state',
    'sensor',
    (m) => (command = m),
  );
  node.timer(1 / parameters.get('rate'), () => {
    if (!joints) return;
    const { name, position, velocity, header } = joints;
    joints = undefined;
    const positions = Array.from(position);
    if (positions.length !== name.length || !positions.every(finite)) return;
    const names = Array.from(name);
    const timeS = toSeconds(header.stamp);
    const velocities = names.map((_, j) => (finite(velocity[j]) ? velocity[j] : 0));
    const wanted = command && commanded(command, names);
    server.tell({ type: 'joints', timeS, names, positions, velocities, command: wanted });
    performance.take(names, positions, timeS, states.learner?.state === 'executing', motionStartS);
  });
  node.subscribe<LessonMessage>('oneshot_arm_msgs/msg/Lesson', `${learner}/lesson`, 'latched', (m) =>
    server.tell({ type: 'lesson', lesson: m.weights ? lessonView(m) : null }),
  );
  node.subscribe<ActivityMessage>('oneshot_arm_msgs/msg/Activity', `${learner}/activity`, 'latched', (m) =>
    server.tell({ type: 'activity', activity: activityView(m) }),
  );
  const tellStates = changed((both: typeof states) => server.tell({ type: 'status', ...both }));
  node.subscribe<ArmStatusMessage>('oneshot_arm_msgs/msg/ArmStatus', `${arm}/status`, 'latched', (m) => {
    heard.arm = nowS();
    states.arm = statusView(m);
    tellStates(states);
  });
  node.subscribe<LearnerStatusMessage>(
    'oneshot_arm_msgs/msg/LearnerStatus',
    `${learner}/status`,
    'latched',
    (m) => {
      heard.learner = nowS();
      motionStartS = toSeconds(m.motion_start);
      states.learner = statusView(m);
      tellStates(states);
    },
  );
  node.subscribe<{ data: string }>('std_msgs/msg/String', `${learner}/comparison`, 'latched', ({ data }) => {
    const message = serverMessage.safeParse({ type: 'comparison', comparison: jsonOf(data) });
    if (message.data?.type === 'comparison') server.tell(message.data);
    else if (message.error)
      node.log.warn(`${learner}/comparison was not understood: ${firstFault(message.error)}`);
  });
  const tellTeleop = changed((view: TeleopView | null) => server.tell({ type: 'teleop', teleop: view }));
  node.subscribe<TeleopStatusMessage>(
    'oneshot_arm_msgs/msg/TeleopStatus',
    `${teleop}/status`,
    'latched',
    (m) => {
      heard.teleop = nowS();
      tellTeleop({ state: m.state, message: m.code === 0 ? '' : m.message, source: m.source });
    },
  );
  node.subscribe<JointTrajectory>(
    'trajectory_msgs/msg/JointTrajectory',
    `${learner}/recorded_trajectory`,
    'latched',
    (m) => server.tell({ type: 'shown', ...shownView(m) }),
  );
  node.timer(0.5, () => {
    if (nowS() - heard.teleop > 2) tellTeleop(null);
  });
  // the learner may come later, and another time
  let asking = false;
  let wasThere = false;
  node.timer(0.5, () => {
    const there = age(heard.learner) !== null && age(heard.learner)! < 2;
    if (!there) wasThere = false;
    if (!there || wasThere || asking) return;
    asking = true;
    void client
      .find(description)
      .then(async (found) => {
        if (!found) return;
        wasThere = true;
        const { about, example } = client.found!;
        server.tell({ type: 'about', about });
        server.tell({ type: 'examples', examples: readExamples(example) });
        await tellSkills();
      })
      .catch((error: Error) => node.log.warn(`${learner} could not be asked about itself: ${error.message}`))
      .finally(() => (asking = false));
  });
  node.diagnose('server', () => ({
    level: 'ok',
    message: `${server.pages} pages at ${server.url}`,
    values: { pages: server.pages, port: server.port },
  }));
  await node.done;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Tells what differs from what was told last. */
function changed<T>(tell: (value: T) => void): (value: T) => void {
  let told = '';
  return (value) => {
    const text = JSON.stringify(value);
    if (text === told) return;
    told = text;
    tell(value);
  };
}

/** What a controller asks for: newer ones tell it as reference, older ones as desired. */
interface ControllerCommand {
  joint_names: string[];
  reference?: { positions: ArrayLike<number> };
  desired?: { positions: ArrayLike<number> };
}

/** Commanded positions in the order of the joint states; null where there is none. */
function commanded(m: ControllerCommand, names: readonly string[]): (number | null)[] {
  const positions = m.reference?.positions ?? m.desired?.positions ?? [];
  return names.map((name) => {
    const q = positions[m.joint_names.indexOf(name)];
    return q !== undefined && finite(q) ? q : null;
  });
}

/** As pages get it: float32. */
function finite(x: number): boolean {
  return Number.isFinite(Math.fround(x));
}

/** The tool's link as far as the description tells; undefined where it does not, or cannot be read. */
function toolOf(urdf: string): string | undefined {
  try {
    return toolLink(parseUrdf(urdf));
  } catch {
    return undefined;
  }
}
