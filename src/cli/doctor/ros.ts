import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rosEnvironment, withRosEnvironment, type RosEnvironment } from '../../files/ros_environment.js';
import { middlewareIn } from '../../ros/middleware.js';
import { finding, type Finding } from './finding.js';
import { outputOf } from './programs.js';

const setUp = 'node scripts/setup.mjs';
const nodes = 'every ROS node: demo, node, launch files';

/** What the doctor says of ROS 2 in its JSON; null where it is not there. */
export interface RosFacts {
  source: string;
  distro: string;
  prefix: string;
  /** Middleware that a process really loaded, or null where none could be. */
  rmw: string | null;
}

/** Loads rclnodejs in a process of its own: a broken installation must not take the doctor with it. */
const probe = `
const { join } = require('node:path');
const root = process.argv[1];
process.dlopen({ exports: {} }, join(root, 'node_modules/rclnodejs/build/Release/rclnodejs.node'));
const rcl = require(join(root, 'node_modules/rclnodejs'));
rcl.init().then(() => {
  new rcl.Node('oneshot_arm_doctor');
  console.log(require('node:fs').readFileSync('/proc/self/maps', 'utf8'));
  rcl.shutdown();
  process.exit(0);
}, (error) => { console.error(error.message); process.exit(1); });
`;

function interfaceFinding(root: string, name: string): Finding {
  const folder = join(root, 'node_modules', 'rclnodejs', 'generated', name);
  const count = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.js')).length : 0;
  return finding(
    `interfaces ${name}`,
    count > 0,
    count > 0 ? `${count} types generated` : 'no generated code in node_modules/rclnodejs',
    nodes,
    setUp,
    true,
  );
}

/** ROS 2, its middleware, rclnodejs and the interfaces. */
export async function rosFindings(root: string): Promise<{ findings: Finding[]; facts: RosFacts | null }> {
  const found: RosEnvironment | undefined = rosEnvironment(root);
  if (!found || !existsSync(join(found.ros.prefix, 'share', 'rcl'))) {
    const detail = found ? `${found.ros.prefix} is gone` : 'set-up has not run here';
    return { findings: [finding('ROS 2', false, detail, nodes, setUp, true)], facts: null };
  }
  const { source, distro, prefix, python } = found.ros;
  const env = withRosEnvironment(process.env, root);
  const version = process.env.ROS_DISTRO;
  const foreign =
    version && version !== distro ? `; this shell has ${version} sourced, run ${setUp} to change over` : '';
  const [rmw, rclpy] = await Promise.all([
    outputOf(process.execPath, ['-e', probe, root], env).then(
      (text) => ({ name: middlewareIn(text) ?? 'unknown', why: '' }),
      (error: Error) => ({ name: null, why: error.message }),
    ),
    outputOf(
      python,
      ['-c', 'import rclpy, oneshot_arm_msgs.msg, control_msgs.action, tf2_msgs.msg'],
      env,
    ).then(
      () => '',
      (error: Error) => error.message,
    ),
  ]);
  const findings = [
    finding('ROS 2', true, `${distro} in ${prefix} (${source})${foreign}`, nodes, setUp, true),
    finding('rclnodejs', rmw.name !== null, rmw.why || 'a node starts', nodes, setUp, true),
    finding(
      'middleware',
      rmw.name !== null,
      rmw.name ?? 'none could be loaded',
      nodes,
      `unset RMW_IMPLEMENTATION; ${setUp}`,
      true,
    ),
    ...['oneshot_arm_msgs', 'control_msgs', 'tf2_msgs', 'sensor_msgs'].map((name) =>
      interfaceFinding(root, name),
    ),
    finding(
      'rclpy',
      rclpy === '',
      rclpy || `${python}, with our interfaces`,
      'Python clients and the tests that use them',
      setUp,
    ),
  ];
  return { findings, facts: { source, distro, prefix, rmw: rmw.name } };
}
