// A node on src/ros that has one of everything, for node_base.test.ts.
import {
  createActionServer,
  RosNode,
  shutdown,
  type TeachFeedback,
  type TeachGoal,
} from '../../src/ros/index.js';

async function main(): Promise<void> {
  const node = await RosNode.start({
    name: 'probe',
    argv: process.argv.slice(2),
    parameters: {
      rate: { type: 'double', default: 100, range: [1, 500], doc: 'Hz' },
      mode: { type: 'string', default: 'a', choices: ['a', 'b'], doc: 'a mode', readOnly: true },
      count: { type: 'int', default: 2, range: [0, 10], doc: 'how many' },
      names: { type: 'string[]', default: ['x'], doc: 'names' },
    },
    lifecycle: (n) => ({
      onConfigure: () => {
        if (n.parameters.get('count') === 7) throw new Error('seven');
        n.log.info('hook configure');
      },
      onActivate: () => n.log.info('hook activate'),
      onDeactivate: () => n.log.info('hook deactivate'),
      onCleanup: () => n.log.info('hook cleanup'),
    }),
  });
  node.parameters.onPropose((p) => (p.count === 9 ? 'nine is not liked' : ''));
  node.service('std_srvs/srv/Trigger', '~/values', () => ({
    success: true,
    message: JSON.stringify(node.parameters.all()),
  }));
  node.service('std_srvs/srv/Trigger', '~/fail', () => {
    throw new Error('for a reason');
  });
  node.service('std_srvs/srv/Trigger', '~/crash', () => {
    setTimeout(() => {
      throw new Error('out of the blue');
    });
    return { success: true, message: '' };
  });
  node.subscribe('std_msgs/msg/Empty', '~/throw', 'default', () => {
    throw new Error('in a callback');
  });
  const latched = node.publisher<{ data: string }>('std_msgs/msg/String', '~/latched', 'latched');
  latched.publish({ data: 'kept' });
  node.diagnose('self', () => ({ level: 'warn', message: 'so so', values: { n: 1 } }));
  node.diagnose('broken', () => {
    throw new Error('cannot tell');
  });
  createActionServer<
    typeof node extends RosNode<infer T> ? T : never,
    TeachGoal,
    object,
    Partial<TeachFeedback>
  >(node, {
    type: 'oneshot_arm_msgs/action/Teach',
    name: '~/slow',
    reject: (goal) => (goal.name === 'never' ? 'never' : ''),
    failed: (error) => ({ success: false, message: error.message }),
    execute: async (goal) => {
      if (goal.request.name === 'throw') throw new Error('could not');
      for (let k = 0; k < goal.request.updates; k++) {
        if (goal.signal.aborted)
          return {
            end: goal.cancelRequested ? 'canceled' : 'aborted',
            result: { success: false, message: goal.reason },
          };
        goal.feedback({ stage: 'executing', progress: k / goal.request.updates });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const sum = goal.request.trajectory.points
        .flatMap((p) => Array.from(p.positions))
        .reduce((a, b) => a + b, 0);
      return { end: 'succeeded', result: { success: true, message: String(sum) } };
    },
  });
  node.onStop(async () => {
    // as long as an arm takes to brake
    await new Promise((resolve) => setTimeout(resolve, 300));
    node.log.info('hook stop');
  });
  await node.done;
}

main().catch((error: Error) => {
  console.error(error.message);
  return shutdown(2);
});
