import { clockLine, encode, maxInputEntries } from '../../snn/encoder.js';
import { decay } from '../../snn/layout.js';
import { learningSignals, type MotorWeights, type NeuronConfig } from '../../snn/motor_network.js';
import type { TrialMotion } from '../../trial/trial_target.js';

/** Crossbar of the trainee in three parts, row major. */
interface TraineeMatrices {
  input: Float32Array;
  recurrent: Float32Array;
  readout: Float32Array;
}

/**
 * The peer of `bench lesson`: exposure, natural e-prop's update and recall as one would write them in plain JavaScript, with
 * typed arrays; spikes, inputs and pseudo-derivatives that are 0 are skipped. Equations as in src/snn.
 */
export class PlainLesson {
  private readonly signals: Float32Array;
  private readonly velocities: Float32Array;
  /** Pseudo-derivatives and spikes of the exposure, steps x neurons. */
  private readonly slopes: Float32Array;
  private readonly fired: Float32Array;
  private readonly learned: TraineeMatrices;
  private readonly lists;

  constructor(private readonly weights: MotorWeights) {
    const { config, tensors } = weights;
    const n = config.trainee.neurons;
    this.signals = new Float32Array(config.steps * learningSignals(config));
    this.velocities = new Float32Array(config.steps * config.joints);
    this.slopes = new Float32Array(config.steps * n);
    this.fired = new Float32Array(config.steps * n);
    this.learned = {
      input: tensors.traineeInput.slice(),
      recurrent: tensors.traineeRecurrent.slice(),
      readout: tensors.traineeReadout.slice(),
    };
    this.lists = {
      start: new Int32Array(config.steps + 1),
      line: new Int32Array(maxInputEntries(config)),
      value: new Float32Array(maxInputEntries(config)),
    };
  }

  /** One lesson from the meta-trained weights: the recalled velocities (steps x joints, rad/s; a view). */
  run(target: TrialMotion): Float32Array {
    const { tensors } = this.weights;
    this.teach(target);
    const before = {
      input: tensors.traineeInput,
      recurrent: tensors.traineeRecurrent,
      readout: tensors.traineeReadout,
    };
    this.perform(before, true);
    this.learn(before);
    this.perform(this.learned, false);
    return this.velocities;
  }

  /** The learning-signal generator sees the target. */
  private teach(target: TrialMotion): void {
    const { config, tensors } = this.weights;
    const { lsg, steps } = config;
    const m = lsg.neurons;
    const p = learningSignals(config);
    const [keep, fade, forget] = [lsg.tauMembraneSteps, config.tauReadoutSteps, lsg.tauAdaptationSteps].map(
      decay,
    );
    encode(config, target, this.lists);
    const { start, line, value } = this.lists;
    const [v, z, b, rest] = [0, 0, 0, 0].map(() => new Float32Array(m));
    const current = new Float32Array(m);
    const signal = new Float32Array(p);
    const firstAdaptive = m - Math.floor(lsg.adaptiveFraction * m);
    for (let t = 0; t < steps; t++) {
      current.fill(0);
      for (let k = start[t]; k < start[t + 1]; k++) addRow(current, tensors.lsgInput, line[k] * m, value[k]);
      addSpikes(current, z, tensors.lsgRecurrent);
      for (let c = 0; c < p; c++) signal[c] *= fade;
      for (let j = 0; j < m; j++) {
        b[j] = forget * b[j] + z[j];
        const threshold = lsg.threshold + (j >= firstAdaptive ? lsg.adaptation * b[j] : 0);
        v[j] = keep * v[j] + current[j] - z[j] * threshold;
        z[j] = rest[j] === 0 && v[j] > threshold ? 1 : 0;
        rest[j] = Math.max(0, rest[j] + lsg.refractorySteps * z[j] - 1);
        if (z[j] !== 0) addRow(signal, tensors.lsgReadout, j * p, 1);
      }
      if (tensors.lsgDirect)
        for (let k = start[t]; k < start[t + 1]; k++)
          addRow(signal, tensors.lsgDirect, line[k] * p, value[k]);
      this.signals.set(signal, t * p);
    }
  }

  /** The trainee on its clock. */
  private perform(matrices: TraineeMatrices, keep: boolean): void {
    const { config } = this.weights;
    const { trainee, steps, joints, clockLines, tauReadoutSteps } = config;
    const n = trainee.neurons;
    const [membrane, fade] = [decay(trainee.tauMembraneSteps), decay(tauReadoutSteps)];
    const [v, z, rest, current] = [0, 0, 0, 0].map(() => new Float32Array(n));
    const out = new Float32Array(joints);
    for (let t = 0; t < steps; t++) {
      current.fill(0);
      const clock = clockLine(t, clockLines, config.clockPeriodSteps);
      if (clock >= 0) addRow(current, matrices.input, clock * n, 1);
      addSpikes(current, z, matrices.recurrent);
      for (let k = 0; k < joints; k++) out[k] *= fade;
      for (let j = 0; j < n; j++) {
        v[j] = membrane * v[j] + current[j] - trainee.threshold * z[j];
        if (keep) this.slopes[t * n + j] = rest[j] === 0 ? slope(v[j], trainee) : 0;
        z[j] = rest[j] === 0 && v[j] > trainee.threshold ? 1 : 0;
        rest[j] = Math.max(0, rest[j] + trainee.refractorySteps * z[j] - 1);
        if (z[j] !== 0) addRow(out, matrices.readout, j * joints, 1);
      }
      if (keep) this.fired.set(z, t * n);
      this.velocities.set(out, t * joints);
    }
  }

  /** Natural e-prop: each synapse changes by the sum over the steps of learning signal x slope x filtered presynaptic spikes. */
  private learn(before: TraineeMatrices): void {
    const { config } = this.weights;
    const { steps, joints, clockLines } = config;
    const { learned, signals, slopes, fired } = this;
    const n = config.trainee.neurons;
    const p = learningSignals(config);
    const rate = -config.update.learningRate;
    const membrane = decay(config.trainee.tauMembraneSteps);
    for (const part of ['input', 'recurrent', 'readout'] as const) learned[part].set(before[part]);
    const clock = new Float32Array(clockLines);
    const trace = new Float32Array(n);
    const gate = new Float32Array(n);
    for (let t = 0; t < steps; t++) {
      const line = clockLine(t, clockLines, config.clockPeriodSteps);
      for (let k = 0; k < clockLines; k++) clock[k] = membrane * clock[k] + (k === line ? 1 : 0);
      for (let i = 0; i < n; i++) trace[i] = membrane * trace[i] + (t > 0 ? fired[(t - 1) * n + i] : 0);
      for (let j = 0; j < n; j++) gate[j] = rate * slopes[t * n + j] * signals[t * p + j];
      for (let k = 0; k < clockLines; k++)
        if (clock[k] !== 0) addScaled(learned.input, k * n, clock[k], gate);
      for (let i = 0; i < n; i++) if (trace[i] !== 0) addScaled(learned.recurrent, i * n, trace[i], gate);
      if (config.update.readout)
        for (let i = 0; i < n; i++)
          for (let k = 0; k < joints; k++)
            learned.readout[i * joints + k] += rate * signals[t * p + n + k] * trace[i];
    }
  }
}

/** The triangular pseudo-derivative. */
function slope(v: number, { threshold, damping }: NeuronConfig): number {
  return (damping * Math.max(0, 1 - Math.abs((v - threshold) / threshold))) / threshold;
}

/** y += what a population's spikes z send through its recurrent matrix, self-connections left out. */
function addSpikes(y: Float32Array, z: Float32Array, recurrent: Float32Array): void {
  const n = z.length;
  for (let i = 0; i < n; i++)
    if (z[i] !== 0) {
      addRow(y, recurrent, i * n, 1);
      y[i] -= recurrent[i * n + i];
    }
}

/** y += x * row of a matrix that begins at `at`. */
function addRow(y: Float32Array, matrix: Float32Array, at: number, x: number): void {
  for (let j = 0; j < y.length; j++) y[j] += x * matrix[at + j];
}

/** Row of a matrix that begins at `at` += x * y. */
function addScaled(matrix: Float32Array, at: number, x: number, y: Float32Array): void {
  for (let j = 0; j < y.length; j++) matrix[at + j] += x * y[j];
}
