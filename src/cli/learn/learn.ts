import { profileNamed } from '../../arm/kinematics/profiles.js';
import { readGate } from '../../files/arm_files.js';
import { writeAtomic } from '../../files/json_file.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { readTargetFile } from '../../files/target_file.js';
import { synapsesFor } from '../../lesson/backend.js';
import { teachSequence } from '../../lesson/lesson.js';
import { lessonsOf } from '../../lesson/sequence.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import type { LearnOptions } from '../command.js';
import { writeResult } from '../output.js';
import { lessonReport, lessonTable } from './report.js';

/** `learn`: reads target and weights, gives one lesson, reports. */
export async function learn(targetPath: string, options: LearnOptions): Promise<void> {
  const profile = profileNamed('edscorbot_paper');
  const file = readTargetFile(targetPath, profile, options.topic);
  const manifest = weightsPath(options.weights, 'motor-default');
  const { weights } = readMotorWeights(manifest);
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
    readAfterS: options.backend === 'pcm' ? options.readAfter : 0,
    now: () => performance.now(),
  });
  const judgement = readGate(profile).judge(target, lesson.velocities);
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
    writeAtomic(options.plot, lessonPlot(target, lesson, learner));
  }
  writeResult(options.json, report, lessonTable(report, target));
}
