import { readArm } from '../../files/arms.js';
import { readWeightsFor } from '../../files/weights_for_arm.js';
import { readTargetFile } from '../../files/target_file.js';
import { synapsesFor } from '../../lesson/backend.js';
import { teachSequence } from '../../lesson/lesson.js';
import { lessonsOf } from '../../lesson/sequence.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import type { LearnOptions } from '../command.js';
import { writeResult } from '../output.js';
import { checkPlotFile, writePlot } from '../plot_file.js';
import { lessonReport, lessonTable } from './report.js';

/** `learn`: reads target and weights, gives one lesson, reports. */
export async function learn(targetPath: string, options: LearnOptions): Promise<void> {
  checkPlotFile(options.plot);
  const { profile, gate, ...arm } = readArm(options);
  const file = readTargetFile(targetPath, profile, options.topic, { maxGapS: options.maxGap });
  const { manifest, weights } = readWeightsFor({ ...arm, profile }, options.weights);
  const sequence = lessonsOf(file.target, profile, weights.config, targetPath, options.sequence);
  const target = sequence.whole;
  const learner = new MotorLearner(
    weights,
    await synapsesFor(options.backend, options.seed, options.preset),
    options.seed,
  );
  const lesson = teachSequence(learner, sequence, profile, {
    updates: options.updates,
    refine: options.refine,
    rehearse: options.rehearse,
    readAfterS: options.backend === 'pcm' ? options.readAfter : 0,
    now: () => performance.now(),
  });
  const judgement = gate.judge(target, lesson.velocities, {
    maxTcpErrorMeanM: options.maxTcpError,
    maxOrientationErrorMeanRad: options.maxOrientationError,
  });
  const report = lessonReport({
    backend: options.backend,
    seed: options.seed,
    weights: manifest,
    sequence,
    file,
    lesson,
    judgement,
  });
  if (options.plot !== undefined) {
    const { lessonPlot } = await import('./plot.js');
    await writePlot(options.plot, lessonPlot(target, lesson, learner));
  }
  writeResult(options.json, report, lessonTable(report, target));
}
