/** One demonstration, performed in every way there is: recalled from synapses, replayed, by a movement primitive, interpolated. */
import type { Profile } from '../arm/kinematics/profile.js';
import type { Backend } from '../lesson/backend.js';
import { teachSequence } from '../lesson/lesson.js';
import type { Sequence } from '../lesson/sequence.js';
import { MotorLearner } from '../snn/motor_learner.js';
import type { MotorWeights } from '../snn/motor_network.js';
import type { SynapsesFactory } from '../synapses/synapses.js';
import { measure, type Measures } from './measures.js';
import { integrated, motionOf, resampled, shifted, table } from './motions.js';
import { learnPrimitive, performPrimitive } from './movement_primitive.js';

/** Via points of the interpolation, and basis functions a joint of the movement primitive. */
export const points = 10;
/** Changed start pose: every joint begins so far off, rad. */
export const startOffsetRad = 0.1;
/** Changed duration: this many times as long. */
export const durationFactor = 2;
/** Ages of the memory, s: a second, an hour, a day, a month. */
export const agesS = [1, 3600, 86400, 30 * 86400] as const;
export const refinements = [0, 5, 20] as const;

export interface MethodResult extends Measures {
  method: string;
  durationS: number;
  /** What has to be kept to perform it again, bytes; null where it is kept in memory devices. */
  bytesStored: number | null;
  devicesWritten: number | null;
  /** Programming and reading of the memory devices, J; null where there are none. */
  energyJ: number | null;
  learningMs: number;
  /** Mean tool error by the age of the memory, m; the same at any age where nothing ages. */
  drift: { ageS: number; tcpErrorMeanM: number }[];
  /** Begun startOffsetRad off in every joint, by itself: mean error and that at the end, m. */
  otherStart: { tcpErrorMeanM: number; endErrorM: number };
  /** Performed durationFactor times as long, against the demonstration slowed down as much. */
  otherDuration: { durationS: number; tcpErrorMeanM: number };
  /** rows x joints, rad, and rows x 3, m: what the numbers were taken from. */
  angles: number[][];
  tool: number[][];
}

export interface Comparison {
  joints: readonly string[];
  /** Between rows, s. */
  stepS: number;
  demonstration: {
    durationS: number;
    samples: number;
    angles: number[][];
    tool: number[][];
    jerkRmsRadPerS3: number;
  };
  methods: MethodResult[];
}

export interface CompareOptions {
  weights: MotorWeights;
  profile: Profile;
  sequence: Sequence;
  /** Samples that the demonstration was recorded with. */
  samples: number;
  /** Fresh synapses: the same for the same backend each time. */
  synapses: (backend: Backend) => SynapsesFactory;
  seed: number;
  nowMs: () => number;
}

/** Compares all methods on one demonstration. */
export function compare(options: CompareOptions): Comparison {
  const { profile, sequence, samples, nowMs } = options;
  const { whole } = sequence;
  const n = whole.joints.length;
  const rows = whole.steps + 1;
  const stepS = whole.durationS / whole.steps;
  const shown = Float64Array.from([...whole.startAngles, ...whole.angles]);
  const meant = motionOf(shown, profile);
  const slow = motionOf(stretched(shown, n), profile);

  type Way = Omit<
    MethodResult,
    keyof Measures | 'method' | 'durationS' | 'drift' | 'otherStart' | 'otherDuration' | 'angles' | 'tool'
  >;
  const result = (
    method: string,
    perform: (rows: number, start?: Float64Array) => Float64Array,
    way: Way,
    drift?: MethodResult['drift'],
  ): MethodResult => {
    const motion = motionOf(perform(rows), profile);
    const m = measure(motion, meant, n, stepS);
    const off = motionOf(
      perform(
        rows,
        whole.startAngles.map((q) => q + startOffsetRad),
      ),
      profile,
    );
    const other = measure(off, meant, n, stepS);
    const longer = motionOf(perform(durationFactor * (rows - 1) + 1), profile);
    const last = 3 * (rows - 1);
    return {
      method,
      durationS: whole.durationS,
      ...m,
      ...way,
      drift: drift ?? agesS.map((ageS) => ({ ageS, tcpErrorMeanM: m.tcpErrorMeanM })),
      otherStart: {
        tcpErrorMeanM: other.tcpErrorMeanM,
        endErrorM: Math.hypot(...[0, 1, 2].map((c) => off.points[last + c] - meant.points[last + c])),
      },
      otherDuration: {
        durationS: durationFactor * whole.durationS,
        tcpErrorMeanM: measure(longer, slow, n, stepS).tcpErrorMeanM,
      },
      angles: table(motion.angles, n),
      tool: table(motion.points, 3),
    };
  };

  const lesson = (backend: Backend, refine: number, readAfterS: number) => {
    const learner = new MotorLearner(options.weights, options.synapses(backend), options.seed);
    const from = nowMs();
    const taught = teachSequence(learner, sequence, profile, { refine, readAfterS });
    return { ...taught, ms: nowMs() - from, cells: learner.synapses.rows * learner.synapses.columns };
  };
  const methods: MethodResult[] = [];
  for (const backend of ['software', 'pcm'] as const)
    for (const refine of refinements) {
      const first = lesson(backend, refine, backend === 'pcm' ? agesS[0] : 0);
      const drift =
        backend === 'pcm'
          ? agesS.map((ageS) => ({
              ageS,
              tcpErrorMeanM: measure(
                motionOf(
                  integrated(lesson(backend, refine, ageS).velocities, whole.startAngles, whole.stepS),
                  profile,
                ),
                meant,
                n,
                stepS,
              ).tcpErrorMeanM,
            }))
          : undefined;
      const { program, read } = first.spent.energyJ;
      methods.push(
        result(
          `learned, ${backend}, 1 update${refine ? ` + ${refine} refinement steps` : ''}`,
          (count, start) =>
            resampled(integrated(first.velocities, start ?? whole.startAngles, whole.stepS), n, count),
          {
            bytesStored: backend === 'pcm' ? null : 4 * first.cells * sequence.lessons.length,
            devicesWritten: backend === 'pcm' ? first.spent.devicesWritten : null,
            energyJ: backend === 'pcm' ? program + read : null,
            learningMs: first.ms,
          },
          drift,
        ),
      );
    }
  const none = { devicesWritten: null, energyJ: null };
  methods.push(
    result('direct replay', (count, start) => resampled(shifted(shown, n, start), n, count), {
      ...none,
      bytesStored: 8 * samples * n,
      learningMs: 0,
    }),
  );
  let from = nowMs();
  const primitive = learnPrimitive(shown, n, points);
  methods.push(
    result('dynamic movement primitive', (count, start) => performPrimitive(primitive, count, start), {
      ...none,
      bytesStored: 8 * (n * points + 3 * n + 1),
      learningMs: nowMs() - from,
    }),
  );
  from = nowMs();
  const via = resampled(shown, n, points);
  methods.push(
    result(
      `linear interpolation of ${points} points`,
      (count, start) => resampled(shifted(via, n, start), n, count),
      {
        ...none,
        bytesStored: 8 * points * n,
        learningMs: nowMs() - from,
      },
    ),
  );
  return {
    joints: whole.joints,
    stepS,
    demonstration: {
      durationS: whole.durationS,
      samples,
      angles: table(meant.angles, n),
      tool: table(meant.points, 3),
      jerkRmsRadPerS3: measure(meant, meant, n, stepS).jerkRmsRadPerS3,
    },
    methods,
  };
}

function stretched(angles: Float64Array, n: number): Float64Array {
  return resampled(angles, n, durationFactor * (angles.length / n - 1) + 1);
}
