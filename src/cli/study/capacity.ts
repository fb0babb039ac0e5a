import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { capacityOf } from '../../lesson/sequence.js';
import { fingerprint, slices } from '../jobs/kinds.js';
import { portableWeights, runJobs } from '../jobs/run_jobs.js';
import { table } from '../output.js';
import type { CapacityLesson, CapacitySpec } from './capacity_jobs.js';
import type { StudyOptions, StudyReport } from './study.js';

const cycles = [0.25, 0.5, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 4];

/** What one lesson holds: error against the complexity of a motion (sines of every joint of a six-axis arm, phases at random). */
export async function run(options: StudyOptions): Promise<StudyReport> {
  const { seed, count = 30, weights: option } = options;
  const { manifest, weights } = readMotorWeights(weightsPath(option, 'motor-arm'));
  const lessonCycles = capacityOf(weights.config).cycles;
  const cut = slices(count, options.perJob ?? 200);
  const parts = await runJobs<CapacityLesson[]>(
    {
      kind: 'capacity',
      spec: { weights: fingerprint(weights), seed } satisfies CapacitySpec,
      files: { weights: portableWeights(option) },
      parts: cycles.flatMap((wanted) => cut.map((slice) => ({ cycles: wanted, ...slice }))),
      title: `study capacity, ${count} motions, ${manifest.name}, seed ${seed}`,
    },
    options,
  );
  const result = cycles.map((wanted, k) => {
    const lessons = parts.slice(k * cut.length, (k + 1) * cut.length).flat();
    const mean = (of: keyof CapacityLesson): number => lessons.reduce((sum, l) => sum + l[of], 0) / count;
    return {
      cycles: wanted,
      measured: mean('measured'),
      errorM: mean('errorM'),
      percentOfPath: mean('percent'),
    };
  });
  return {
    result: { weights: manifest.name, seed, count, lessonCycles, points: result },
    text: [
      `one lesson, ${count} motions of six joints each (${manifest.name}); longer motions are cut at ${lessonCycles} cycles`,
      table([
        ['cycles', 'measured complexity', 'error, cm', '% of path'],
        ...result.map((r) => [
          String(r.cycles),
          r.measured.toFixed(2),
          (100 * r.errorM).toFixed(2),
          r.percentOfPath.toFixed(2),
        ]),
      ]),
    ].join('\n'),
  };
}
