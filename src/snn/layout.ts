import type { MotorNetworkConfig, MotorTensors } from './motor_network.js';

/** Floats a row of a kernel matrix takes: kernels work on 32 at a time. */
export function stride(columns: number): number {
  return Math.ceil(columns / 32) * 32;
}

/** exp(-1 / tau): what a leaky integrator keeps a step. */
export function decay(tauSteps: number): number {
  return Math.exp(-1 / tauSteps);
}

/** The trainee's one crossbar: rows = clock lines, then neurons; columns = neurons, then readouts. */
export function crossbarShape(config: MotorNetworkConfig): { rows: number; columns: number } {
  return {
    rows: config.clockLines + config.trainee.neurons,
    columns: config.trainee.neurons + config.joints,
  };
}

/** Gathers W_in, W_rec (without self-connections) and W_out into the crossbar matrix, rows x columns. */
export function toCrossbar(config: MotorNetworkConfig, tensors: MotorTensors): Float32Array {
  const { clockLines, joints } = config;
  const n = config.trainee.neurons;
  const { rows, columns } = crossbarShape(config);
  const matrix = new Float32Array(rows * columns);
  for (let k = 0; k < clockLines; k++)
    matrix.set(tensors.traineeInput.subarray(k * n, (k + 1) * n), k * columns);
  for (let i = 0; i < n; i++) {
    const at = (clockLines + i) * columns;
    matrix.set(tensors.traineeRecurrent.subarray(i * n, (i + 1) * n), at);
    matrix[at + i] = 0;
    matrix.set(tensors.traineeReadout.subarray(i * joints, (i + 1) * joints), at + n);
  }
  return matrix;
}

/** Copies a rows x columns matrix into rows padded to `paddedColumns`. */
export function pad(
  from: Float32Array,
  to: Float32Array,
  rows: number,
  columns: number,
  paddedColumns: number,
): void {
  for (let i = 0; i < rows; i++) to.set(from.subarray(i * columns, (i + 1) * columns), i * paddedColumns);
}

/** The inverse of pad. */
export function unpad(
  from: Float32Array,
  to: Float32Array,
  rows: number,
  columns: number,
  paddedColumns: number,
): void {
  for (let i = 0; i < rows; i++)
    to.set(from.subarray(i * paddedColumns, i * paddedColumns + columns), i * columns);
}

/** Sets the self-connections of a padded square part that begins at `firstRow` to 0. */
export function clearDiagonal(
  matrix: Float32Array,
  firstRow: number,
  neurons: number,
  paddedColumns: number,
): void {
  for (let i = 0; i < neurons; i++) matrix[(firstRow + i) * paddedColumns + i] = 0;
}
