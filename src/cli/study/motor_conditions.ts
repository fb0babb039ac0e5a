import { existsSync, readFileSync, statSync } from 'node:fs';
import { importReleasedWeights } from '../../files/import_weights.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { reject } from '../../input_error.js';
import { Random } from '../../kernels/random.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import type { MotorWeights } from '../../snn/motor_network.js';
import type { TrialMotion } from '../../trial/trial_target.js';
import type { SynapsesFactory } from '../../synapses/synapses.js';
import { drawClean, drawMany } from '../../training/motor/families.js';
import { tcpErrorMeanM } from '../../training/motor/trial.js';

/** Motor weights from a manifest, or from a file in the layout of the paper's release. */
export function motorWeights(option: string | undefined): { name: string; weights: MotorWeights } {
  if (option !== undefined && isReleased(option)) {
    const imported = importReleasedWeights(option);
    if (imported.kind !== 'motor')
      reject('wrong-kind', '--weights', 'weights of the robot arm', imported.kind);
    return { name: 'released', weights: imported.weights };
  }
  const { manifest, weights } = readMotorWeights(weightsPath(option, 'motor-default'));
  return { name: manifest.name, weights };
}

/** A manifest names its kind; the release's description does not. */
function isReleased(path: string): boolean {
  if (!path.endsWith('.json') || !existsSync(path) || !statSync(path).isFile()) return false;
  return !/"kind"/.test(readFileSync(path, 'utf8'));
}

/** `count` clean targets of the paper's family. */
export function cleanTargets(count: number, steps: number, seed: number): TrialMotion[] {
  const random = new Random(seed, 0x7a59);
  return drawMany(count, steps, (trial) => drawClean(random, trial));
}

/** What a condition came to. */
export interface ConditionResult {
  meanCm: number;
  /** Standard error of the mean. */
  semCm: number;
  medianCm: number;
  /** A lesson's share of what the ledger counts. */
  devicesWritten: number;
  energyJ: { program: number; read: number };
}

/** What some of a condition's targets came to. */
export interface ConditionPart {
  errorsCm: number[];
  devicesWritten: number;
  energyJ: { program: number; read: number };
}

/** One lesson (one exposure, one update, recall `afterS` later) a target, from the meta-trained weights each time. */
export function runCondition(
  weights: MotorWeights,
  factory: SynapsesFactory,
  targets: readonly TrialMotion[],
  afterS: number,
  seed: number,
): ConditionPart {
  const learner = new MotorLearner(weights, factory, seed);
  const errorsCm = targets.map((target, k) => {
    if (k > 0) learner.forget();
    learner.expose(target);
    learner.update();
    learner.synapses.advance(afterS);
    return 100 * tcpErrorMeanM(target, learner.recall());
  });
  const { devicesWritten, energyJ } = learner.ledger;
  return { errorsCm, devicesWritten, energyJ: { ...energyJ } };
}

/** A condition from its parts, in order. */
export function conditionResult(parts: readonly ConditionPart[]): ConditionResult {
  const errors = parts.flatMap((part) => part.errorsCm);
  const n = errors.length;
  const share = (of: (part: ConditionPart) => number): number =>
    parts.reduce((sum, part) => sum + of(part), 0) / n;
  const meanCm = errors.reduce((a, b) => a + b, 0) / n;
  const variance = errors.reduce((a, b) => a + (b - meanCm) ** 2, 0) / Math.max(1, n - 1);
  return {
    meanCm,
    semCm: Math.sqrt(variance / n),
    medianCm: errors.toSorted((a, b) => a - b)[n >> 1],
    devicesWritten: share((part) => part.devicesWritten),
    energyJ: {
      program: share((part) => part.energyJ.program),
      read: share((part) => part.energyJ.read),
    },
  };
}
