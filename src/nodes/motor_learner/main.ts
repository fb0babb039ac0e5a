/** Lifecycle node that learns a motion from one exposure and has the arm perform it (design: motor_learner). */
import { synapsesFor } from '../../lesson/backend.js';
import { RosNode } from '../../ros/index.js';
import { LearnerNode } from './learner_node.js';
import { parameterTable } from './parameters.js';

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({
    name: 'motor_learner',
    argv,
    parameters: parameterTable,
    hardwareId: 'motor_learner',
    lifecycle: async (started) => {
      const { backend, seed, pcm_preset: preset } = started.parameters.all();
      return new LearnerNode(started, await synapsesFor(backend, seed, preset)).hooks();
    },
  });
  await node.done;
}
