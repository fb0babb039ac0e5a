import { pathLengthM } from '../../arm/target/path_length.js';
import { trialFromVelocities } from '../../arm/target/trial.js';
import { readArm } from '../../files/arms.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { Random } from '../../kernels/random.js';
import { Complexity } from '../../lesson/complexity.js';
import { teach } from '../../lesson/lesson.js';
import { lessonCycles } from '../../lesson/sequence.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { table } from '../output.js';
import type { StudyOptions, StudyReport } from './study.js';

const cycles = [0.25, 0.5, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 4];
/** Largest amplitude of a joint, rad: the speed of most cycles stays within what the network's inputs tell apart. */
const amplitudeRad = 0.12;

/** What one lesson holds: error against the complexity of a motion (sines of every joint of a six-axis arm, phases at random). */
export async function run(options: StudyOptions): Promise<StudyReport> {
  const { seed, count = 30, weights: option } = options;
  const { manifest, weights } = readMotorWeights(weightsPath(option, 'motor-arm'));
  const { profile } = readArm({ arm: 'six_axis' });
  const { steps, stepS } = weights.config;
  const n = profile.learned;
  const learner = new MotorLearner(weights);
  const random = new Random(seed, 0xca9a);
  const result = cycles.map((wanted) => {
    const lessons = Array.from({ length: count }, () => {
      const [size, phase] = [amplitudeRad, Math.PI].map((most) =>
        Array.from({ length: n }, () => most * (2 * random.uniform() - 1)),
      );
      const speed = (2 * Math.PI * wanted) / (steps * stepS);
      const velocities = Float32Array.from({ length: steps * n }, (_, k) => {
        const [t, j] = [Math.floor(k / n) + 0.5, k % n];
        return size[j] * speed * Math.cos(speed * stepS * t + phase[j]);
      });
      learner.forget();
      const target = trialFromVelocities(velocities, profile, stepS);
      const { after } = teach(learner, target, profile);
      return {
        measured: new Complexity(velocities, n, 0).cycles(0, steps),
        errorM: after.tcpErrorMeanM,
        percent: (100 * after.tcpErrorMeanM) / pathLengthM(target.positions),
      };
    });
    const mean = (of: keyof (typeof lessons)[number]): number =>
      lessons.reduce((sum, l) => sum + l[of], 0) / count;
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
