import { parse } from 'node:path';
import { compare, type Comparison } from '../../compare/compare.js';
import { writeAtomic } from '../../files/json_file.js';
import { readArm } from '../../files/arms.js';
import { readWeightsFor } from '../../files/weights_for_arm.js';
import type { ArmOptions } from '../command.js';
import { readTargetFile } from '../../files/target_file.js';
import { lessonsOf } from '../../lesson/sequence.js';
import { pcmSynapses } from '../../pcm/pcm_synapses.js';
import { softwareSynapses } from '../../synapses/software_synapses.js';
import { writeResult } from '../output.js';
import { comparisonPlot, comparisonTable, markdownReport } from './report.js';

export interface CompareOptions extends ArmOptions {
  topic: string;
  weights?: string;
  preset: string;
  report?: string;
  seed: number;
  json?: string;
}

/** `compare`: every file by every method; a table, and where asked JSON, Markdown and plots. */
export async function compareFiles(files: readonly string[], options: CompareOptions): Promise<void> {
  const arm = readArm(options);
  const { profile } = arm;
  const { manifest, weights } = readWeightsFor(arm, options.weights);
  const { preset, seed } = options;
  const compared = files.map((path): { file: string } & Comparison => {
    const { target, rows } = readTargetFile(path, profile, options.topic);
    const sequence = lessonsOf(target, profile, weights.config, path);
    console.error(`${path}: ${sequence.whole.durationS.toFixed(2)} s`);
    return {
      file: path,
      ...compare({
        weights,
        profile,
        sequence,
        samples: rows,
        synapses: (backend) => (backend === 'pcm' ? pcmSynapses(preset, { seed }) : softwareSynapses),
        seed,
        nowMs: () => performance.now(),
      }),
    };
  });
  if (options.report !== undefined) {
    const { dir, name } = parse(options.report);
    const plots = compared.map((c, k) => {
      const plot = `${name}-${k + 1}-${parse(c.file).name}.svg`;
      writeAtomic(dir ? `${dir}/${plot}` : plot, comparisonPlot(c));
      return plot;
    });
    writeAtomic(options.report, markdownReport(compared, plots, { weights: manifest, preset, seed }));
  }
  const text = compared.map((c) => `${c.file}\n${comparisonTable(c)}`).join('\n\n');
  writeResult(options.json, { seed, arm: arm.name, weights: manifest, preset, files: compared }, text);
}
