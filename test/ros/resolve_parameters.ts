// As resolve_parameters.py, with src/ros in the place of rclpy.
import { createInterface } from 'node:readline';
import { parameterOverrides } from '../../src/ros/parameter_overrides.js';
import { loadRcl } from '../../src/ros/rcl.js';
import { leaveOverridesToUs } from '../../src/ros/rcl_private.js';

async function main(): Promise<void> {
  const rcl = loadRcl();
  leaveOverridesToUs(rcl);
  for await (const line of createInterface({ input: process.stdin })) {
    const context = new rcl.Context();
    try {
      await rcl.init(context, ['test', '--ros-args', ...(JSON.parse(line) as string[])]);
    } catch {
      console.log(JSON.stringify({ refused: true }));
      continue;
    }
    const node = new rcl.Node('motor_learner', '', context);
    const values = Object.fromEntries([...parameterOverrides(node).values()].map((p) => [p.name, p.value]));
    console.log(JSON.stringify({ name: node.getFullyQualifiedName(), values }));
    node.destroy();
    rcl.shutdown(context);
  }
  process.exit(0);
}

void main();
