import type { Profile } from '../../arm/kinematics/profile.js';
import { preview } from '../../arm/preview/preview.js';
import { reject } from '../../input_error.js';
import { recallEach } from '../../lesson/lesson.js';
import type { Sequence } from '../../lesson/sequence.js';
import type { MemoryReading } from '../../pcm/pcm_synapses.js';
import type { MotorLearner } from '../../snn/motor_learner.js';
import { SoftwareSynapses } from '../../synapses/software_synapses.js';

/** Longest age that can be asked for, s. */
const oldestS = 1e9;

/** What is asked of a memory. */
export interface MemoryQuestion extends MemoryReading {
  /** Device time since the last write, s. */
  ageS: number;
  /** Most rows, and most columns, that are told of a core; 0: all. */
  mostRows: number;
}

/** What a core holds, shares of the largest conductance: cells of every so many rows and columns. */
export interface SeenCore {
  rows: number;
  columns: number;
  rowStride: number;
  columnStride: number;
  target: Float32Array;
  conductance: Float32Array;
}

/** What a memory holds at an age, and what is recalled from it. */
export interface MemoryAnswer {
  cores: SeenCore[];
  tcpErrorMeanM: number;
  /** Tool-centre-point, steps x 3, base frame, m. */
  path: Float32Array;
}

/** Lessons that a learner's synapses hold: the last one; and the states that all of them left. */
export interface Held {
  sequence: Sequence;
  states: readonly Float32Array[];
}

/**
 * Looks at a copy of the memory: the learner stays as it is. Lessons before the last are written on a copy of their own.
 * @param held null: no lesson, or several skills as one motion. @throws InputError where there is nothing to look at.
 */
export async function memoryAt(
  learner: MotorLearner,
  held: Held | null,
  profile: Profile,
  { ageS, mostRows, ...reading }: MemoryQuestion,
): Promise<MemoryAnswer> {
  const { synapses } = learner;
  const { PcmSynapses } = await import('../../pcm/pcm_synapses.js'); // loaded only where it is used
  if (!(synapses instanceof PcmSynapses))
    return reject(
      'no-memory',
      'backend',
      'pcm, with a preset whose cells can be looked at',
      synapses instanceof SoftwareSynapses
        ? 'software synapses: exact numbers'
        : 'preset release: noisy weights without cells',
    );
  if (!held) return reject('no-lesson', 'lesson', 'one motion that was taught or loaded first', 'none');
  if (!(ageS >= 0 && ageS <= oldestS)) return reject('bad-age', 'age_s', `from 0 to ${oldestS}`, ageS);
  const { sequence, states } = held;
  const aged = synapses.aged(ageS, reading);
  const velocities = recallEach(learner, sequence, (k) => {
    if (k === states.length - 1) return learner.recallFrom(aged, k);
    const other = synapses.aged(0, reading);
    other.program(states[k]);
    other.advance(ageS);
    return learner.recallFrom(other, k);
  });
  const { tcpErrorMeanM, positions } = preview(sequence.whole, velocities, profile);
  const cores = aged.inspect().map((core): SeenCore => {
    const { rows, columns } = core;
    const stride = (count: number): number => (mostRows > 0 ? Math.ceil(count / mostRows) : 1);
    const [rowStride, columnStride] = [stride(rows), stride(columns)];
    const seen = (cells: Float32Array): Float32Array =>
      cells.filter((_, k) => Math.floor(k / columns) % rowStride === 0 && (k % columns) % columnStride === 0);
    return {
      rows,
      columns,
      rowStride,
      columnStride,
      target: seen(core.target),
      conductance: seen(core.conductance),
    };
  });
  return { cores, tcpErrorMeanM, path: Float32Array.from(positions) };
}
