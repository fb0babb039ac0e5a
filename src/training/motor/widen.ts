import { reject } from '../../input_error.js';
import type { Random } from '../../kernels/random.js';
import {
  learningSignals,
  lsgInputs,
  type MotorNetworkConfig,
  type MotorTensors,
  type MotorWeights,
} from '../../snn/motor_network.js';

/**
 * Weights for more channels (and possibly fewer neurons) out of trained ones, as the start of a training: channel c begins as
 * a copy of the trained channel c modulo their number. Copies drive other neurons than their origin does (the trainee's
 * neurons are permuted for them), so that channels are independent from the start; what the teacher gets from all channels
 * together stays as strong as it was. The linear path is left out where `to` has none.
 * @throws InputError where anything else differs.
 */
export function widen(from: MotorWeights, to: MotorNetworkConfig, random: Random): MotorTensors {
  const [a, b] = [from.config, to];
  requireAlike(a, b);
  const [n, m] = [b.trainee.neurons, b.lsg.neurons];
  const permutations = Array.from({ length: b.joints }, (_, c) =>
    permutation(c < a.joints ? null : random, n),
  );
  const source = (c: number): number => c % a.joints;
  const [signalsA, signalsB] = [learningSignals(a), learningSignals(b)];
  const inputsB = lsgInputs(b);
  const t = from.tensors;

  const lines = inputLines(a, b);
  const lsgInput = new Float32Array(inputsB * m);
  lines.forEach(({ line, channel }, i) => {
    const share = channel < 0 ? 1 : a.joints / b.joints;
    for (let j = 0; j < m; j++) lsgInput[i * m + j] = share * t.lsgInput[line * m + j];
  });

  // learning signals: of neurons, then of readout channels
  const readout = new Float32Array(m * signalsB);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) readout[i * signalsB + j] = t.lsgReadout[i * signalsA + j];
    if (b.update.readout)
      for (let c = 0; c < b.joints; c++)
        readout[i * signalsB + n + c] = t.lsgReadout[i * signalsA + a.trainee.neurons + source(c)];
  }
  let direct: Float32Array | undefined;
  if (b.update.direct) {
    direct = new Float32Array(inputsB * signalsB);
    lines.forEach(({ line, channel }, i) => {
      const order = channel < 0 ? permutations[0] : permutations[channel];
      const own = t.lsgDirect!.subarray(line * signalsA, (line + 1) * signalsA);
      for (let j = 0; j < n; j++) direct![i * signalsB + order[j]] = own[j];
      if (!b.update.readout) return;
      const first = a.trainee.neurons;
      for (let c = 0; c < b.joints; c++) {
        // a channel's inputs speak to its own readout; those of the trained pair to each other as well
        const related = channel < 0 || c === channel || (c < a.joints && channel < a.joints);
        if (related) direct![i * signalsB + n + c] = own[first + source(c)];
      }
    });
  }
  const traineeReadout = new Float32Array(n * b.joints);
  for (let j = 0; j < n; j++)
    for (let c = 0; c < b.joints; c++)
      traineeReadout[permutations[c][j] * b.joints + c] = t.traineeReadout[j * a.joints + source(c)];
  const corner = (matrix: Float32Array, rows: number): Float32Array => {
    const out = new Float32Array(rows * n);
    for (let i = 0; i < rows; i++)
      out.set(matrix.subarray(i * a.trainee.neurons, i * a.trainee.neurons + n), i * n);
    return out;
  };
  return {
    lsgInput,
    lsgRecurrent: t.lsgRecurrent.slice(),
    lsgReadout: readout,
    ...(direct ? { lsgDirect: direct } : {}),
    traineeInput: corner(t.traineeInput, b.clockLines),
    traineeRecurrent: corner(t.traineeRecurrent, n),
    traineeReadout,
  };
}

/** For each input line of `b` the line of `a` that it begins as, and its channel (-1: the clock). */
function inputLines(a: MotorNetworkConfig, b: MotorNetworkConfig): { line: number; channel: number }[] {
  if (a.encoder.kind !== 'tuned' || b.encoder.kind !== 'tuned') return [];
  const lines: { line: number; channel: number }[] = [];
  for (let k = 0; k < b.clockLines; k++) lines.push({ line: k, channel: -1 });
  let base = a.clockLines;
  const group = (units: number): void => {
    for (let c = 0; c < b.joints; c++)
      for (let u = 0; u < units; u++) lines.push({ line: base + (c % a.joints) * units + u, channel: c });
    base += a.joints * units;
  };
  group(b.encoder.velocity.units);
  group(b.encoder.angle?.units ?? 0);
  for (let k = 0; k < (b.encoder.taps?.length ?? 0); k++) group(1);
  return lines;
}

function requireAlike(a: MotorNetworkConfig, b: MotorNetworkConfig): void {
  const rest = (c: MotorNetworkConfig): string =>
    JSON.stringify({
      ...c,
      joints: 0,
      trainee: { ...c.trainee, neurons: 0 },
      encoder: { ...c.encoder, relativeAngles: undefined },
      // a linear path may be left out, not made up
      update: { ...c.update, direct: c.update.direct && b.update.direct },
    });
  if (rest(a) !== rest(b)) reject('wrong-shape', '--init', `weights of a network ${rest(b)}`, rest(a));
  if (a.encoder.kind !== 'tuned')
    reject('wrong-shape', '--init', 'weights with tuned inputs', a.encoder.kind);
  if (b.joints < a.joints || b.trainee.neurons > a.trainee.neurons)
    reject(
      'wrong-shape',
      '--init',
      `at most ${b.joints} channels and at least ${b.trainee.neurons} neurons`,
      `${a.joints} and ${a.trainee.neurons}`,
    );
}

function permutation(random: Random | null, n: number): number[] {
  const order = Array.from({ length: n }, (_, k) => k);
  if (random)
    for (let k = n - 1; k > 0; k--) {
      const other = random.integer(k + 1);
      [order[k], order[other]] = [order[other], order[k]];
    }
  return order;
}
