import type { Random } from '../../kernels/random.js';
import { clearDiagonal, pad, unpad } from '../../snn/layout.js';
import { motorSizes } from '../../snn/motor_forward.js';
import {
  learningSignals,
  lsgInputs,
  type MotorNetworkConfig,
  type MotorTensors,
} from '../../snn/motor_network.js';

/** A matrix inside the flat parameter vector: rows padded to `stride` floats. */
export interface Segment {
  name: 'lsgInput' | 'lsgRecurrent' | 'lsgReadout' | 'lsgDirect' | 'crossbar';
  offset: number;
  rows: number;
  columns: number;
  stride: number;
  /** Floats taken, a multiple of 16. */
  length: number;
}

/** Where each matrix lies in the flat parameter vector of the trainer. The trainee's matrices are one crossbar. */
export function segments(config: MotorNetworkConfig): Segment[] {
  const { rows, columns, crossbarStride, lsgStride } = motorSizes(config);
  const [inputs, m, signals] = [lsgInputs(config), config.lsg.neurons, learningSignals(config)];
  const list: Omit<Segment, 'offset' | 'length'>[] = [
    { name: 'lsgInput', rows: inputs, columns: m, stride: lsgStride },
    { name: 'lsgRecurrent', rows: m, columns: m, stride: lsgStride },
    { name: 'lsgReadout', rows: m, columns: signals, stride: crossbarStride },
    ...(config.update.direct
      ? [{ name: 'lsgDirect' as const, rows: inputs, columns: signals, stride: crossbarStride }]
      : []),
    { name: 'crossbar', rows, columns, stride: crossbarStride },
  ];
  let offset = 0;
  return list.map((s) => {
    const length = s.name === 'crossbar' ? crossbarStride * crossbarStride : s.rows * s.stride;
    const at = offset;
    offset += length;
    return { ...s, offset: at, length };
  });
}

/** Length of the flat parameter vector. */
export function parameterCount(config: MotorNetworkConfig): number {
  const list = segments(config);
  return list[list.length - 1].offset + list[list.length - 1].length;
}

/** Tensors to flat vector. Self-connections, which no run uses, become 0. */
export function flatten(config: MotorNetworkConfig, tensors: MotorTensors, flat: Float32Array): void {
  flat.fill(0);
  const { clockLines, joints } = config;
  const n = config.trainee.neurons;
  for (const s of segments(config)) {
    const part = flat.subarray(s.offset, s.offset + s.length);
    if (s.name !== 'crossbar') {
      pad(tensors[s.name]!, part, s.rows, s.columns, s.stride);
      if (s.name === 'lsgRecurrent') clearDiagonal(part, 0, s.rows, s.stride);
      continue;
    }
    pad(tensors.traineeInput, part, clockLines, n, s.stride);
    pad(tensors.traineeRecurrent, part.subarray(clockLines * s.stride), n, n, s.stride);
    pad(tensors.traineeReadout, part.subarray(clockLines * s.stride + n), n, joints, s.stride);
    clearDiagonal(part, clockLines, n, s.stride);
  }
}

/** Flat vector to tensors. */
export function unflatten(config: MotorNetworkConfig, flat: Float32Array): MotorTensors {
  const { clockLines, joints } = config;
  const n = config.trainee.neurons;
  const tensors: Partial<MotorTensors> = {};
  const take = (part: Float32Array, rows: number, columns: number, stride: number): Float32Array => {
    const out = new Float32Array(rows * columns);
    unpad(part, out, rows, columns, stride);
    return out;
  };
  for (const s of segments(config)) {
    const part = flat.subarray(s.offset, s.offset + s.length);
    if (s.name !== 'crossbar') tensors[s.name] = take(part, s.rows, s.columns, s.stride);
    else {
      tensors.traineeInput = take(part, clockLines, n, s.stride);
      tensors.traineeRecurrent = take(part.subarray(clockLines * s.stride), n, n, s.stride);
      tensors.traineeReadout = take(part.subarray(clockLines * s.stride + n), n, joints, s.stride);
    }
  }
  return tensors as MotorTensors;
}

/** The release's initialisation: normal / sqrt(fan in); LSG readout Glorot uniform; trainee readout scaled by 1 - e^(-1/20). */
export function initialTensors(config: MotorNetworkConfig, random: Random): MotorTensors {
  const [inputs, signals, m, n] = [
    lsgInputs(config),
    learningSignals(config),
    config.lsg.neurons,
    config.trainee.neurons,
  ];
  const normal = (rows: number, columns: number, scale: number): Float32Array =>
    Float32Array.from({ length: rows * columns }, () => (scale * random.gaussian()) / Math.sqrt(rows));
  const glorot = Math.sqrt(6 / (m + n));
  const diagonalFree = (w: Float32Array, size: number): Float32Array => {
    for (let i = 0; i < size; i++) w[i * size + i] = 0;
    return w;
  };
  return {
    lsgInput: normal(inputs, m, 1),
    lsgRecurrent: diagonalFree(normal(m, m, 1), m),
    // signals of readout columns act without a pseudo-derivative in between: begin small
    lsgReadout: Float32Array.from(
      { length: m * signals },
      (_, k) => (k % signals < n ? 1 : 0.05) * glorot * (2 * random.uniform() - 1),
    ),
    ...(config.update.direct ? { lsgDirect: new Float32Array(inputs * signals) } : {}),
    traineeInput: normal(config.clockLines, n, 1),
    traineeRecurrent: diagonalFree(normal(n, n, 1), n),
    traineeReadout: normal(n, config.joints, 1 - Math.exp(-1 / config.tauReadoutSteps)),
  };
}
