import type { PcmConfig } from './config.js';

/** What the largest conductance stands for: weight = rowGain x columnRange x (G+ - G-) / G_max. */
export interface Range {
  /** Input amplitude of each row, 0 < gain <= 1, whole steps of the input converter. */
  rowGain: Float32Array;
  /** Full scale of each column, weight units. */
  columnRange: Float32Array;
}

/** Chooses the range of a matrix (rows x columns). @throws RangeError for weights beyond a fixed range. */
export function chooseRange(config: PcmConfig, weights: Float32Array, rows: number, columns: number): Range {
  const rowGain = new Float32Array(rows).fill(1);
  const columnRange = new Float32Array(columns);
  if (typeof config.range === 'number') {
    for (let k = 0; k < weights.length; k++)
      if (Math.abs(weights[k]) > config.range)
        throw new RangeError(
          `weights[${k}]: expected a magnitude of at most the range ${config.range}, got ${weights[k]}`,
        );
    columnRange.fill(config.range);
    return { rowGain, columnRange };
  }
  const { headroom } = config;
  if (config.range === 'matrix') {
    let largest = 0;
    for (const w of weights) largest = Math.max(largest, Math.abs(w));
    columnRange.fill(headroom * (largest || 1));
    return { rowGain, columnRange };
  }
  if (config.range === 'row-column')
    balanceRows(weights, rows, columns, rowGain, config.converters.inputBits);
  for (let j = 0; j < columns; j++) {
    let largest = 0;
    for (let i = 0, k = j; i < rows; i++, k += columns)
      largest = Math.max(largest, Math.abs(weights[k]) / rowGain[i]);
    columnRange[j] = headroom * (largest || 1);
  }
  return { rowGain, columnRange };
}

/** Gives rows of small weights a small input amplitude, so that their conductances use the range. */
function balanceRows(
  weights: Float32Array,
  rows: number,
  columns: number,
  gain: Float32Array,
  inputBits: number | null,
): void {
  const rms = new Float64Array(rows);
  const columnRms = new Float64Array(columns);
  for (let i = 0, k = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, k++) columnRms[j] += weights[k] * weights[k];
  for (let j = 0; j < columns; j++) columnRms[j] = Math.sqrt(columnRms[j] / rows) || 1;
  // A row's amplitude follows its largest weights relative to what their columns hold: columns are scaled anyway.
  let largest = 0;
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, k++) rms[i] = Math.max(rms[i], Math.abs(weights[k]) / columnRms[j]);
    largest = Math.max(largest, rms[i]);
  }
  const levels = inputBits === null ? Infinity : 2 ** (inputBits - 1) - 1;
  for (let i = 0; i < rows; i++) {
    const g = largest > 0 ? rms[i] / largest : 1;
    gain[i] = levels === Infinity ? g || 1 : Math.max(1, Math.round(g * levels)) / levels;
  }
}
