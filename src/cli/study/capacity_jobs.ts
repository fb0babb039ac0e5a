import { pathLengthM } from '../../arm/target/path_length.js';
import { trialFromVelocities } from '../../arm/target/trial.js';
import { readArm } from '../../files/arms.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { Random } from '../../kernels/random.js';
import { Complexity } from '../../lesson/complexity.js';
import { teach } from '../../lesson/lesson.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { fingerprint, sameHere, sliceStream, type JobKind, type Slice } from '../jobs/kinds.js';

/** What all jobs of the study share. */
export interface CapacitySpec {
  /** Fingerprint. */
  weights: string;
  seed: number;
}

/** What one motion came to. */
export interface CapacityLesson {
  measured: number;
  errorM: number;
  percent: number;
}

/** Largest amplitude of a joint, rad: the speed of most cycles stays within what the network's inputs tell apart. */
const amplitudeRad = 0.12;

/** Lessons on motions of so many cycles; the motions of all cycles differ in nothing else. */
export const capacityJobs: JobKind<CapacitySpec, Slice & { cycles: number }, CapacityLesson[]> = {
  async open(spec, files) {
    const path = weightsPath(files.weights, 'motor-arm');
    const { weights } = readMotorWeights(path);
    sameHere('weights', fingerprint(weights), spec.weights, path);
    const { profile } = readArm({ arm: 'six_axis' });
    const { steps, stepS } = weights.config;
    const n = profile.learned;
    return ({ cycles, ...slice }) => {
      const learner = new MotorLearner(weights);
      const random = new Random(spec.seed, ...sliceStream(0xca9a, slice));
      return Array.from({ length: slice.to - slice.from }, () => {
        const [size, phase] = [amplitudeRad, Math.PI].map((most) =>
          Array.from({ length: n }, () => most * (2 * random.uniform() - 1)),
        );
        const speed = (2 * Math.PI * cycles) / (steps * stepS);
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
    };
  },
};
