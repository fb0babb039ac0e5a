import { profileNamed } from '../../arm/kinematics/profiles.js';
import { trialTarget, type TrialTarget } from '../../arm/target/trial.js';
import { writeAtomic } from '../../files/json_file.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { readTargetFile, type TargetFile } from '../../files/target_file.js';
import { InputError } from '../../input_error.js';
import { synapsesFor } from '../../lesson/backend.js';
import { teach } from '../../lesson/lesson.js';
import type { MotorNetworkConfig } from '../../snn/motor_network.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import type { LearnOptions } from '../commands/learn.js';
import { writeResult } from '../output.js';
import { lessonReport, lessonTable } from './report.js';

/** `learn`: reads target and weights, gives one lesson, reports. */
export async function learn(targetPath: string, options: LearnOptions): Promise<void> {
  const profile = profileNamed('edscorbot_paper');
  const file = readTargetFile(targetPath, profile);
  const manifest = weightsPath(options.weights, 'motor-default');
  const { weights } = readMotorWeights(manifest);
  const target = onTrial(file, targetPath, weights.config);
  const learner = new MotorLearner(weights, await synapsesFor(options.backend, options.seed), options.seed);
  const lesson = teach(learner, target, profile, {
    updates: options.updates,
    refine: options.refine,
    readAfterS: options.backend === 'pcm' ? options.readAfter : 0,
    now: () => performance.now(),
  });
  const report = lessonReport({
    backend: options.backend,
    seed: options.seed,
    weights: manifest,
    target,
    file,
    lesson,
  });
  if (options.plot !== undefined) {
    const { lessonPlot } = await import('./plot.js');
    writeAtomic(options.plot, lessonPlot(target, lesson, learner));
  }
  writeResult(options.json, report, lessonTable(report, target));
}

/** The target on the network's trial. @throws InputError naming the file. */
function onTrial(file: TargetFile, path: string, config: MotorNetworkConfig): TrialTarget {
  try {
    return trialTarget(file.target, profileNamed('edscorbot_paper'), {
      steps: config.steps,
      stepS: config.stepS,
      coordinateRangeM: config.encoder.kind === 'bits' ? [-1, 1] : undefined,
    });
  } catch (error) {
    throw error instanceof InputError ? error.from(path) : error;
  }
}
