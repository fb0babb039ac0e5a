import { join } from 'node:path';
import { edscorbotPaper } from '../../src/arm/kinematics/edscorbot.js';
import type { JointTarget } from '../../src/arm/target/target.js';
import { packageRoot } from '../../src/files/models.js';
import { readMotorWeights } from '../../src/files/motor_weights.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';
import { synapsesFor } from '../../src/lesson/backend.js';
import { Complexity } from '../../src/lesson/complexity.js';
import { recallSequence, teach, teachSequence } from '../../src/lesson/lesson.js';
import { partition } from '../../src/lesson/partition.js';
import { capacityOf, compose, lessonsOf, type Sequence } from '../../src/lesson/sequence.js';

const { weights } = readMotorWeights(join(packageRoot(), 'models', 'motor-default', 'manifest.json'));
const profile = edscorbotPaper;

/** A joint target of angles (base, shoulder) over time. */
function motion(durationS: number, angles: (t: number) => [number, number], rows = 3000): JointTarget {
  const timesS = Float64Array.from({ length: rows + 1 }, (_, k) => (durationS * k) / rows);
  return {
    kind: 'joints',
    joints: profile.joints.slice(0, 2),
    timesS,
    angles: Float64Array.from({ length: 2 * (rows + 1) }, (_, k) => angles(timesS[k >> 1])[k & 1]),
  };
}
const sines = (durationS: number, cycles: number, size = 0.4): JointTarget =>
  motion(durationS, (t) => {
    const phase = (2 * Math.PI * cycles * t) / durationS;
    return [size * Math.sin(phase), 0.7 * size * (1 - Math.cos(phase))];
  });
function pathM({ positions, steps }: Sequence['whole']): number {
  let sum = 0;
  for (let k = 1; k < steps; k++)
    sum += Math.hypot(...[0, 1, 2].map((c) => positions[3 * k + c] - positions[3 * k - 3 + c]));
  return sum;
}
const prepared = (target: JointTarget): Sequence => lessonsOf(target, profile, weights.config);

describe('complexity', () => {
  const sine = (steps: number, cycles: number, size = 1): Float64Array =>
    Float64Array.from(
      { length: steps },
      (_, k) => size * Math.sin((2 * Math.PI * cycles * (k + 0.5)) / steps),
    );

  test.each([1, 2, 3, 4])(
    'a sine of %d cycles has about as many, whatever its size and sampling',
    (cycles) => {
      for (const [steps, size] of [
        [249, 1],
        [249, 0.01],
        [2000, 3],
      ]) {
        const c = new Complexity(sine(steps, cycles, size), 1, 1e-3);
        expect(c.cycles(0, steps)).toBeGreaterThan(0.88 * cycles);
        expect(c.cycles(0, steps)).toBeLessThan(1.03 * cycles);
      }
    },
  );
  test('part of a sine has its share; rest and constant speed have none', () => {
    const c = new Complexity(sine(2000, 8), 1, 1e-3);
    expect(c.cycles(500, 1000)).toBeCloseTo(2, 1);
    expect(new Complexity(new Float64Array(500).fill(0.7), 1, 1e-3).cycles(0, 500)).toBeCloseTo(0, 9);
    expect(new Complexity(new Float64Array(500).fill(1e-7), 1, 1e-3).cycles(0, 500)).toBe(0);
  });
  test('noise of the measurement hardly counts', () => {
    const noisy = sine(1000, 1).map((v, k) => v + 0.05 * (((k * 2654435761) % 1000) / 500 - 1));
    expect(new Complexity(noisy, 1, 1e-3).cycles(0, 1000)).toBeLessThan(1.1);
  });
});

describe('where a motion is cut', () => {
  test('a slow motion is one lesson, however long', () => {
    for (const durationS of [1, 11, 60, 600]) {
      const { whole, lessons } = prepared(sines(durationS, 1));
      expect(lessons).toHaveLength(1);
      expect(whole.steps).toBe(249);
    }
  });
  test('a busy motion is cut into as few as hold it, each within the capacity', () => {
    const { whole, lessons } = prepared(sines(11, 8));
    expect(lessons.length).toBeGreaterThanOrEqual(4);
    expect(lessons.length).toBeLessThanOrEqual(6);
    expect(lessons[0].fromS).toBe(0);
    expect(lessons[lessons.length - 1].toS).toBeCloseTo(whole.durationS, 9);
    for (const { target } of lessons)
      expect(new Complexity(target.velocities, 2, 1).cycles(0, target.steps)).toBeLessThan(
        capacityOf(weights.config).cycles * 1.03,
      );
  });
  test('where it rests, if it does', () => {
    // moves of 1 s, rests of 0.5 s
    const corners = [0, 0.7, -0.4, 0.6, 0, -0.7, 0.3];
    const ease = (x: number): number => {
      const s = Math.max(0, Math.min(1, x));
      return s * s * s * (10 + s * (6 * s - 15));
    };
    const target = motion(9, (t) => {
      const k = Math.min(5, Math.floor(t / 1.5));
      const q = corners[k] + (corners[k + 1] - corners[k]) * ease(t - 1.5 * k);
      return [q, 0.5 * q];
    });
    const steps = 1800;
    const velocities = Float64Array.from({ length: 2 * steps }, (_, k) => {
      const at = (row: number): number => target.angles[2 * Math.round((3000 * row) / steps) + (k & 1)];
      return (at((k >> 1) + 1) - at(k >> 1)) / (9 / steps);
    });
    const cuts = partition(velocities, 2, 9 / steps, capacityOf(weights.config));
    expect(cuts.length).toBeGreaterThan(2);
    for (const cut of cuts.slice(1, -1)) expect(Math.abs(velocities[2 * cut])).toBeLessThan(0.02);
  });
  test('also where a joint goes further or faster than the inputs tell apart', () => {
    const fast = sines(2.49, 1.8, 0.85); // peak speed 3.9 rad/s on the trial, inputs end at 3.2
    expect(prepared(fast).lessons.length).toBeGreaterThan(1);
  });
});

describe('lessons as one motion', () => {
  const sequence = prepared(sines(11, 8));

  test("the lessons' own targets make the whole target", () => {
    const velocities = compose(
      sequence,
      sequence.lessons.map(({ target }) => target.velocities),
    );
    const { whole } = sequence;
    let [q, worst] = [0, 0];
    for (let k = 0; k < whole.steps; k++) {
      q += whole.stepS * velocities[2 * k];
      worst = Math.max(worst, Math.abs(q - whole.angles[2 * k]));
    }
    expect(worst).toBeLessThan(1e-3);
  });

  test('no jump at the joins, however far the lessons are apart there', () => {
    // each lesson drifts, the next the other way: 2.6 degrees apart at each cut
    const drift = 0.009;
    const recalled = sequence.lessons.map(({ target }, i) =>
      target.velocities.map((v) => v + drift * (-1) ** i),
    );
    const velocities = compose(sequence, recalled);
    const target = compose(
      sequence,
      sequence.lessons.map((l) => l.target.velocities),
    );
    const { stepS, steps } = sequence.whole;
    let most = 0;
    for (let k = 1; k < steps; k++) {
      const off = (i: number): number => velocities[2 * i] - target[2 * i];
      most = Math.max(most, Math.abs(off(k) - off(k - 1)) / stepS);
    }
    // closed form: max |b''| D + 2 max |b'| V of the blend b over its time T, D and V what lessons differ by
    const { lessons } = sequence;
    const bounds = lessons.slice(1).map(({ fromS }, i) => {
      const T = lessons[i].toS - fromS;
      const V = 2 * drift * (2.49 / (fromS - lessons[i].fromS));
      return (5.774 / T ** 2) * 2 * drift * 2.49 + 2 * (1.875 / T) * V;
    });
    expect(most).toBeLessThan(1.05 * Math.max(...bounds));
    expect(most).toBeLessThan(1.5); // rad/s^2: what joins ask of an arm besides its motion
  });

  test.each([
    [11, 8],
    [60, 20],
  ])('a motion of %d s and %d cycles is performed within 2 %% of its path', (durationS, cycles) => {
    const s = prepared(sines(durationS, cycles));
    const learner = new MotorLearner(weights);
    const result = teachSequence(learner, s, profile);
    expect(result.after.tcpErrorMeanM).toBeLessThan(0.02 * pathM(s.whole));
    expect(result.after.tcpErrorMeanM).toBeLessThan(0.06);
    expect(result.states).toHaveLength(s.lessons.length);
    expect(recallSequence(learner, s, result.states)).toEqual(result.velocities);
  });

  test('one lesson is the lesson it always was', () => {
    const s = prepared(sines(2.49, 1));
    const [one, other] = [new MotorLearner(weights), new MotorLearner(weights)];
    const result = teachSequence(one, s, profile);
    expect(result.velocities).toEqual(teach(other, s.whole, profile).velocities);
    expect(result.states).toHaveLength(1);
  });

  test('on hardware each lesson is written, and the ledger says so', async () => {
    const pcm = await synapsesFor('pcm', 3);
    const two = prepared(sines(6, 4));
    const one = prepared(sines(6, 1));
    expect(two.lessons.length).toBeGreaterThan(1);
    const spent = [one, two].map((s) => teachSequence(new MotorLearner(weights, pcm, 3), s, profile).spent);
    expect(spent[1].devicesWritten).toBeGreaterThan(2 * spent[0].devicesWritten);
    expect(spent[1].energyJ.program).toBeGreaterThan(2 * spent[0].energyJ.program);
  });
});
