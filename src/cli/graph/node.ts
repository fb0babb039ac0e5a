import { shutdown, RosNode } from '../../ros/index.js';
import type { PlainMessage } from '../../ros/rcl.js';
import { Failure } from '../command.js';

/** A node without parameters, for one command. */
export type CommandNode = RosNode<Record<string, never>>;

/** What is wrong when nobody answers. */
function nobody(what: string, waitS: number): Failure {
  return new Failure(
    `no ${what} in ROS domain ${process.env.ROS_DOMAIN_ID || 0} within ${waitS} s (is it up? npm start, or npx oneshot-arm node motor_learner)`,
  );
}

/** Polls until `found` gives something. @throws Failure naming `what` after `waitS`. */
export async function discovered<T>(found: () => T | undefined, what: string, waitS: number): Promise<T> {
  const deadline = performance.now() + 1000 * waitS;
  for (;;) {
    const it = found();
    if (it !== undefined) return it;
    if (performance.now() > deadline) throw nobody(what, waitS);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs `work` with a node of its own, then ends the process: exit code 1 and one line where it failed. */
export async function withNode(name: string, work: (node: CommandNode) => Promise<void>): Promise<void> {
  let exitCode = 0;
  try {
    const node = (await RosNode.start({
      name: `oneshot_arm_${name}`,
      argv: [],
      parameters: {},
    })) as CommandNode;
    await work(node);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    exitCode = 1;
  }
  await shutdown(exitCode);
}

/** Calls a service once its server is there. */
export async function call<R extends PlainMessage>(
  node: CommandNode,
  type: string,
  service: string,
  request: PlainMessage,
  waitS: number,
): Promise<R> {
  const client = node.rcl.createClient(type, service);
  await discovered(() => client.isServiceServerAvailable() || undefined, `service ${service}`, waitS);
  try {
    return (await client.sendRequestAsync(request, { timeout: Math.max(1, 1000 * waitS) })) as R;
  } catch (error) {
    throw new Failure(`${service} did not answer within ${waitS} s (${(error as Error).message})`);
  }
}

/** Fully qualified name of a node given as people write it: motor_learner, left/motor_learner, /left/motor_learner. */
export function nodeName(name: string): string {
  return name.startsWith('/') ? name : `/${name}`;
}
