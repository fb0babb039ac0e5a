import type { Command } from 'commander';
import { reject } from '../../input_error.js';
import { baseCommand, integerOption } from '../command.js';
import { jobOptions, type JobOptions } from '../jobs/options.js';
import { writeResult } from '../output.js';
import type { Study } from '../study/study.js';

/** NAME -> the question it answers, and the module in ../study/ that does. */
const studies: Record<string, [summary: string, load: () => Promise<Study>]> = {
  'pcm-ablation': [
    'what each PCM non-ideality costs the motor system',
    () => import('../study/pcm_ablation.js'),
  ],
  capacity: ['how busy a motion one lesson holds', () => import('../study/capacity.js')],
  'joint-response': [
    "how the ED-Scorbot's joints answer references; needs --data",
    () => import('../study/joint_response.js'),
  ],
};

/** `study NAME`. */
export function register(program: Command): void {
  const list = Object.entries(studies).map(([name, [summary]]) => `${name} (${summary})`);
  program.addCommand(
    jobOptions(
      baseCommand(
        'study',
        `answer a question with numbers: ${list.join('; ')}`,
        'oneshot-arm study pcm-ablation --count 20 --store runs/ablation',
      ),
    )
      .argument('<name>', 'the study')
      .option('--count <n>', 'targets or episodes a condition', integerOption(1))
      .option('--weights <file>', "weights: a manifest, or a file in the layout of the paper's release")
      .option('--data <dir>', 'folder of data, where the study needs one')
      .action(run),
  );
}

async function run(
  name: string,
  options: JobOptions & { json?: string; seed: number; count?: number; weights?: string; data?: string },
): Promise<void> {
  if (!Object.hasOwn(studies, name))
    reject('unknown-study', 'name', `one of ${Object.keys(studies).join(', ')}`, name);
  const { json, ...rest } = options;
  const { result, text } = await (await studies[name][1]()).run(rest);
  writeResult(json, result, text);
}
