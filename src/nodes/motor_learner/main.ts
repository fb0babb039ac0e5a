/** Lifecycle node that learns a motion from one exposure and has the arm perform it (design: motor_learner). */
import { synapsesFor } from '../../lesson/backend.js';
import { RosNode } from '../../ros/index.js';
import { DescriptionTopic } from '../description_topic.js';
import { LearnerNode } from './learner_node.js';
import { parameterTable } from './parameters.js';

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({
    name: 'motor_learner',
    argv,
    parameters: parameterTable,
    hardwareId: 'motor_learner',
    lifecycle: async (started, autostart) => {
      const { backend, seed, pcm_preset: preset } = started.parameters.all();
      const description = new DescriptionTopic(started as never);
      if (autostart) await description.wait();
      // made where lessons are given; here an unknown preset ends the start
      await synapsesFor(backend, seed, preset);
      return new LearnerNode(started, description).hooks();
    },
  });
  await node.done;
}
