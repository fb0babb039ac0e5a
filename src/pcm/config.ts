import { reject } from '../input_error.js';
import { hermesTwoStatistics, pcmLikeStatistics, type DeviceStatistics } from './statistics.js';

/** Everything that a PCM emulation can be told. */
export interface PcmConfig {
  /** Device physics; null: perfect devices. */
  statistics: DeviceStatistics | null;
  /** Programmed conductances that share a sign and are averaged; times statistics.devices at most 2. */
  conductancesPerSign: 1 | 2;
  /**
   * Which weight the largest conductance stands for: a number for all; 'matrix': the largest of the matrix;
   * 'column': of each column (undone by the column's digital scale); 'row-column': of each column after rows got an
   * input amplitude (in steps of the input converter).
   */
  range: number | 'matrix' | 'column' | 'row-column';
  /** Range beyond the largest programmed weight that updates may use, as a factor >= 1. */
  headroom: number;
  programming: {
    /** Factor on the statistics' programming noise. */
    noise: number;
    /** Programming attempts a conductance may take; 1 = single shot, more = read-verify. */
    maxPulses: number;
    /** Verify accepts a read within this share of G_max. */
    tolerance: number;
    /** Time between programming and the verifying read, s. */
    verifyAfterS: number;
  };
  /** Updates become whole multiples of range / 2^(bits - 1); 'none': written as they are. */
  rounding: 'none' | 'nearest' | 'stochastic';
  bits: number;
  /** Factor on the drift coefficient; 0: no drift. */
  drift: number;
  readNoise: {
    /** Factor on its standard deviation; 0: none. */
    scale: number;
    /**
     * 'frozen': time-invariant until time passes or the device is written; 'fresh': new in every product;
     * 'split': as 1/f noise is, frozen on time scales above the interval between products, fresh below.
     */
    mode: 'frozen' | 'fresh' | 'split';
    /** Interval between products, s ('split'). */
    intervalS: number;
  };
  /** Standard deviation of each device's own gain (logarithm of the factor on its conductance). */
  spread: number;
  /** Shares of devices that cannot be programmed: at zero or at the largest conductance. */
  stuck: { reset: number; set: number };
  converters: {
    /** Signed input bits; null: none. */
    inputBits: number | null;
    /** Output bits; null: none. */
    outputBits: number | null;
    /** 1: positive and negative currents in one conversion; 4: one conversion for each sign of input and weight. */
    phases: 1 | 4;
    /** Standard deviations of a column's current that its output converter covers before calibrate() is called. */
    coverage: number;
    /** Share of inputs active at a time, the same: 1 = dense. */
    activity: number;
  };
  /** Ohm of bit line between two rows; 0: no IR drop. In multiply() only. */
  wireOhm: number;
  /** Digital scale that undoes mean drift and mean programming error, measured before the first product after a change. */
  compensation: 'none' | 'global' | 'column';
  energy: EnergyConstants;
}

/** What operations cost. */
export interface EnergyConstants {
  /** One 256 x 256 product, J, in one and in four phases. */
  productJ: { 1: number; 4: number };
  /** One programming pulse, J. */
  pulseJ: number;
  source: string;
}

/** Le Gallo et al. 2023: 131,072 operations at 9.76 and 2.48 TOPS/W. */
export const hermesEnergy: EnergyConstants = {
  productJ: { 1: 131072 / 9.76e12, 4: 131072 / 2.48e12 },
  pulseJ: 100e-12,
  source:
    'products: Le Gallo et al., Nat. Electron. 6 (2023), 9.76 and 2.48 TOPS/W; pulse: order of magnitude of a RESET pulse, Le Gallo & Sebastian, J. Phys. D 53 (2020)',
};

const ideal: PcmConfig = {
  statistics: null,
  conductancesPerSign: 1,
  range: 'matrix',
  headroom: 1,
  programming: { noise: 1, maxPulses: 1, tolerance: 0.02, verifyAfterS: 1e-3 },
  rounding: 'none',
  bits: 5,
  drift: 1,
  readNoise: { scale: 1, mode: 'frozen', intervalS: 0.01 },
  spread: 0,
  stuck: { reset: 0, set: 0 },
  converters: { inputBits: null, outputBits: null, phases: 1, coverage: 12, activity: 0.04 },
  wireOhm: 0,
  compensation: 'none',
  energy: hermesEnergy,
};
const pcmLike: PcmConfig = {
  ...ideal,
  statistics: pcmLikeStatistics,
  rounding: 'stochastic',
  converters: { ...ideal.converters, inputBits: 8, outputBits: 8 },
  compensation: 'global',
};

/** Named configurations. 'release' is the authors' emulation, a model of its own (release_synapses.ts). */
export const presets = {
  /** Perfect devices of unlimited resolution: bit for bit the software backend. */
  ideal,
  /** As aihwkit's PCM-like model and inference tile: a pair of single devices a weight, one programming shot. */
  'pcm-like': pcmLike,
  /** As aihwkit's HERMES model with two devices a sign, one programming shot, columns scaled one by one. */
  hermes: { ...pcmLike, statistics: hermesTwoStatistics, range: 'column', compensation: 'column' },
  /** Our best account of the paper's chip; docs/pcm.md says why each value. */
  chip: {
    ...pcmLike,
    statistics: hermesTwoStatistics,
    range: 'row-column',
    headroom: 1.2,
    programming: { noise: 1, maxPulses: 20, tolerance: 0.01, verifyAfterS: 1e-3 },
    rounding: 'stochastic',
    bits: 5,
    readNoise: { scale: 1, mode: 'split', intervalS: 0.01 },
    converters: { ...pcmLike.converters, phases: 4 },
    compensation: 'column',
  },
} as const satisfies Record<string, PcmConfig>;

/** Names that the backends' options accept. */
export const presetNames = [...Object.keys(presets), 'release'] as const;

/** Parts of a configuration that a caller sets differently from the preset. */
export type PcmOverrides = {
  [K in keyof PcmConfig]?: PcmConfig[K] extends DeviceStatistics | null | string | number
    ? PcmConfig[K]
    : PcmConfig[K] extends object
      ? Partial<PcmConfig[K]>
      : PcmConfig[K];
};

/** A preset with overrides. @throws InputError for an unknown preset or a value out of its range. */
export function pcmConfig(preset: string, overrides: PcmOverrides = {}): PcmConfig {
  if (!Object.hasOwn(presets, preset))
    reject('unknown-preset', 'preset', `one of ${presetNames.join(', ')}`, preset);
  const base: PcmConfig = presets[preset as keyof typeof presets];
  const config = {
    ...base,
    ...overrides,
    programming: { ...base.programming, ...overrides.programming },
    readNoise: { ...base.readNoise, ...overrides.readNoise },
    stuck: { ...base.stuck, ...overrides.stuck },
    converters: { ...base.converters, ...overrides.converters },
    energy: { ...base.energy, ...overrides.energy },
  } as PcmConfig;
  check(config);
  return config;
}

function check(c: PcmConfig): void {
  const within = (field: string, value: number, min: number, max: number, integer = false): void => {
    if (!(value >= min && value <= max) || (integer && !Number.isInteger(value)))
      reject('out-of-range', field, `${integer ? 'an integer' : 'a number'} from ${min} to ${max}`, value);
  };
  const oneOf = (field: string, value: unknown, choices: readonly unknown[]): void => {
    if (!choices.includes(value)) reject('unknown-value', field, `one of ${choices.join(', ')}`, value);
  };
  if (typeof c.range === 'number') within('range', c.range, Number.MIN_VALUE, Number.MAX_VALUE);
  else oneOf('range', c.range, ['matrix', 'column', 'row-column']);
  oneOf('conductancesPerSign', c.conductancesPerSign, [1, 2]);
  if (c.conductancesPerSign * (c.statistics?.devices ?? 1) > 2)
    reject('too-many-devices', 'conductancesPerSign', '1 where the statistics are of two devices', 2);
  within('headroom', c.headroom, 1, 100);
  within('programming.noise', c.programming.noise, 0, 100);
  within('programming.maxPulses', c.programming.maxPulses, 1, 10000, true);
  within('programming.tolerance', c.programming.tolerance, 0, 1);
  within('programming.verifyAfterS', c.programming.verifyAfterS, 0, 1e6);
  oneOf('rounding', c.rounding, ['none', 'nearest', 'stochastic']);
  within('bits', c.bits, 1, 16);
  within('drift', c.drift, 0, 100);
  within('readNoise.scale', c.readNoise.scale, 0, 100);
  oneOf('readNoise.mode', c.readNoise.mode, ['frozen', 'fresh', 'split']);
  within('readNoise.intervalS', c.readNoise.intervalS, 0, 1e6);
  within('spread', c.spread, 0, 10);
  within('stuck.reset', c.stuck.reset, 0, 1);
  within('stuck.set', c.stuck.set, 0, 1 - c.stuck.reset);
  for (const key of ['inputBits', 'outputBits'] as const) {
    const bits = c.converters[key];
    if (bits !== null) within(`converters.${key}`, bits, 2, 24, true);
  }
  oneOf('converters.phases', c.converters.phases, [1, 4]);
  within('converters.coverage', c.converters.coverage, 0.01, 1000);
  within('converters.activity', c.converters.activity, 0, 1);
  within('wireOhm', c.wireOhm, 0, 1e6);
  oneOf('compensation', c.compensation, ['none', 'global', 'column']);
  within('energy.pulseJ', c.energy.pulseJ, 0, 1);
}
