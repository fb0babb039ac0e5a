/**
 * Shows the arm in a browser: what ROS says goes to the pages, what a page may ask for goes to services.
 *
 *   /robot_description, /joint_states, LEARNER/lesson, /activity, /status, ARM/status -> ViewerServer -> pages
 *   page: stop (always), reset, execute, forget (with the token) -> LEARNER/..., ARM/... services
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ActionName, NodeStatus } from '../../../sim/viewer/protocol.js';
import { ViewerServer } from '../../../sim/viewer/server.js';
import { parseUrdf } from '../../arm/urdf/parse.js';
import { toolLink } from '../../arm/urdf/tool_link.js';
import { packageRoot } from '../../files/models.js';
import {
  type ActivityMessage,
  type ArmStatusMessage,
  type JointState,
  type LearnerStatusMessage,
  type LessonMessage,
  RosNode,
  toSeconds,
  type TriggerResponse,
} from '../../ros/index.js';
import { viewerParameters } from './parameters.js';
import { PerformanceRecord } from './performance_record.js';
import { activityView, lessonView, statusView } from './views.js';

/** Longest time that a service may take to answer a page, ms. */
const ANSWER_MS = 3000;

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({
    name: 'viewer',
    argv,
    parameters: viewerParameters,
    hardwareId: 'viewer',
  });
  const { parameters } = node;
  const [learner, arm] = [parameters.get('learner'), parameters.get('arm')];

  const clients = new Map(
    [
      ...['stop', 'reset', 'execute', 'forget'].map((s) => `${learner}/${s}`),
      ...['stop', 'reset'].map((s) => `${arm}/${s}`),
    ].map((name) => [name, node.rcl.createClient('std_srvs/srv/Trigger', name)]),
  );
  const call = async (service: string): Promise<string> => {
    const client = clients.get(service)!;
    if (!client.isServiceServerAvailable()) throw new Error(`${service} is not there`);
    const answer = (await client.sendRequestAsync({}, { timeout: ANSWER_MS })) as TriggerResponse;
    if (!answer.success) throw new Error(answer.message);
    return answer.message;
  };
  const act = async (action: ActionName): Promise<string> => {
    if (action === 'execute' || action === 'forget') return call(`${learner}/${action}`);
    // Stop and reset go to both, whichever is there; one that did is enough.
    const answers = await Promise.allSettled([call(`${arm}/${action}`), call(`${learner}/${action}`)]);
    const done = answers.find((a) => a.status === 'fulfilled');
    const failed = answers.find((a) => a.status === 'rejected');
    if (action === 'reset' && failed && clients.get(`${learner}/reset`)!.isServiceServerAvailable())
      throw failed.reason as Error;
    if (!done) throw failed!.reason as Error;
    return done.value;
  };

  const server = await ViewerServer.start({
    host: parameters.get('host'),
    port: parameters.get('port'),
    origins: parameters.get('origins'),
    token: parameters.get('control_token') || randomBytes(12).toString('base64url'),
    pageFolder: join(packageRoot(), 'dist', 'sim', 'viewer', 'page'),
    act,
  });
  node.onStop(() => server.close());
  console.log(`viewer: ${server.url}`);
  console.log(`viewer, to control the arm: ${server.controlUrl}`);

  node.subscribe<{ data: string }>('std_msgs/msg/String', 'robot_description', 'latched', ({ data }) =>
    server.tell({ type: 'robot', urdf: data, tool: parameters.get('tcp_link') || toolOf(data) }),
  );
  const states: { arm: NodeStatus | null; learner: NodeStatus | null } = { arm: null, learner: null };
  const performance = new PerformanceRecord((names, rows) => server.tell({ type: 'performed', names, rows }));
  let joints: JointState | undefined;
  node.subscribe<JointState>('sensor_msgs/msg/JointState', 'joint_states', 'sensor', (m) => (joints = m));
  node.timer(1 / parameters.get('rate'), () => {
    if (!joints) return;
    const { name, position, header } = joints;
    joints = undefined;
    const positions = Array.from(position);
    if (positions.length !== name.length || !positions.every(Number.isFinite)) return;
    const names = Array.from(name);
    server.tell({ type: 'joints', timeS: toSeconds(header.stamp), names, positions });
    performance.take(names, positions, states.learner?.state === 'executing');
  });
  node.subscribe<LessonMessage>('oneshot_arm_msgs/msg/Lesson', `${learner}/lesson`, 'latched', (m) =>
    server.tell({ type: 'lesson', lesson: m.weights ? lessonView(m) : null }),
  );
  node.subscribe<ActivityMessage>('oneshot_arm_msgs/msg/Activity', `${learner}/activity`, 'latched', (m) =>
    server.tell({ type: 'activity', activity: activityView(m) }),
  );
  let told = '';
  const tellStates = (): void => {
    const text = JSON.stringify(states);
    if (text !== told) server.tell({ type: 'status', ...states });
    told = text;
  };
  node.subscribe<ArmStatusMessage>('oneshot_arm_msgs/msg/ArmStatus', `${arm}/status`, 'latched', (m) => {
    states.arm = statusView(m);
    tellStates();
  });
  node.subscribe<LearnerStatusMessage>(
    'oneshot_arm_msgs/msg/LearnerStatus',
    `${learner}/status`,
    'latched',
    (m) => {
      states.learner = statusView(m);
      tellStates();
    },
  );
  node.diagnose('server', () => ({
    level: 'ok',
    message: `${server.pages} pages at ${server.url}`,
    values: { pages: server.pages, port: server.port },
  }));
  await node.done;
}

/** The tool's link as far as the description tells; undefined where it does not, or cannot be read. */
function toolOf(urdf: string): string | undefined {
  try {
    return toolLink(parseUrdf(urdf));
  } catch {
    return undefined;
  }
}
