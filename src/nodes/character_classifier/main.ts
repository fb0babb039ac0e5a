/** Lifecycle node that learns to tell characters from a few images of each, and labels others (design: character_classifier). */
import { characterSynapses } from '../../fewshot/character_synapses.js';
import { RosNode } from '../../ros/index.js';
import { ClassifierNode } from './classifier_node.js';
import { parameterTable } from './parameters.js';

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({
    name: 'character_classifier',
    argv,
    parameters: parameterTable,
    hardwareId: 'character_classifier',
    lifecycle: async (started) => {
      const { backend, seed, pcm_preset: preset } = started.parameters.all();
      return new ClassifierNode(started, await characterSynapses(backend, seed, preset)).hooks();
    },
  });
  await node.done;
}
