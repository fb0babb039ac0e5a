import { fingerprint, slices } from '../jobs/kinds.js';
import { portableWeights, runJobs } from '../jobs/run_jobs.js';
import { conditionResult, motorWeights, type ConditionPart } from './motor_conditions.js';
import { software, type AblationSpec } from './pcm_ablation_jobs.js';
import { conditions } from './pcm_conditions.js';
import type { StudyOptions, StudyReport } from './study.js';

/** What each non-ideality of PCM costs the motor system: one lesson a target on the chip preset, changed one thing at a time. */
export async function run(options: StudyOptions): Promise<StudyReport> {
  const { seed, count = 20 } = options;
  const { name, weights } = motorWeights(options.weights);
  const all = [{ group: 'presets', name: software, afterS: 0 }, ...conditions()];
  const cut = slices(count, options.perJob ?? 20);
  const parts = await runJobs<ConditionPart>(
    {
      kind: 'pcm-ablation',
      spec: { weights: fingerprint(weights), seed } satisfies AblationSpec,
      files: { weights: portableWeights(options.weights) },
      parts: all.flatMap((c) => cut.map((slice) => ({ group: c.group, name: c.name, ...slice }))),
      title: `study pcm-ablation, ${count} targets, ${name}, seed ${seed}`,
    },
    options,
  );
  const rows = all.map((c, k) => ({
    ...{ group: c.group, name: c.name, afterS: c.afterS },
    ...conditionResult(parts.slice(k * cut.length, (k + 1) * cut.length)),
  }));
  const text = [
    `Mean tool-centre-point error, weights ${name}, ${count} clean targets, seed ${seed}; recall 32 s after the update unless said otherwise.`,
    '',
    '| | condition | mean, cm | +- | median, cm | devices written |',
    '| --- | --- | --: | --: | --: | --: |',
    ...rows.map(
      (r, k) =>
        `| ${k > 0 && rows[k - 1].group === r.group ? '' : r.group} | ${r.name} | ${r.meanCm.toFixed(2)} | ${r.semCm.toFixed(2)} | ${r.medianCm.toFixed(2)} | ${Math.round(r.devicesWritten)} |`,
    ),
  ].join('\n');
  return { result: { weights: name, count, seed, rows }, text };
}
