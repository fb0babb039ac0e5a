/**
 * What is known about phase-change memory devices, as data: fits against the relative conductance g = G / G_max.
 * The functions below evaluate them; nothing here draws a random number.
 */

// Taken once: where globals are looked up in a sandbox (jest), each access in a hot loop costs.
const { log, max, min } = Math;

/** A fit in g: slope * ln(g) + offset, clipped, below `below`; a polynomial (c0 + c1 g + ...) from there on. */
export interface Fit {
  below: number;
  log: readonly [slope: number, offset: number];
  clip: readonly [min: number, max: number];
  polynomial: readonly number[];
}

/** A fit in g: min(max, factor * g^exponent). */
export interface PowerFit {
  factor: number;
  exponent: number;
  max: number;
}

/** Statistics of what carries one conductance: a single device, or two in parallel. */
export interface DeviceStatistics {
  name: string;
  source: string;
  /** Devices that one programmed conductance consists of. */
  devices: 1 | 2;
  gMaxUs: number;
  /** Standard deviation after programming, uS, polynomial in g; never below 0. */
  programmingUs: readonly number[];
  /** G(t) = G_programmed (t / t0)^-nu with t = age + t0; nu = |mean + spread N(0, 1)|. */
  drift: { t0S: number; mean: Fit; spread: Fit };
  /** sigma(t) = G(t) Q sqrt(ln((t + tr) / (2 tr))), t = age + t0: 1/f noise gathered since programming. */
  read: { trS: number; q: Fit | PowerFit };
}

const sources = {
  pcmLike:
    'aihwkit PCMLikeNoiseModel; Nandakumar et al., ICECS 2019; Joshi et al., Nat. Commun. 11 (2020): one million devices, 90 nm',
  hermes:
    'aihwkit HermesNoiseModel; Khaddam-Aljameh et al., JSSC 57 (2022); Le Gallo et al., Nat. Electron. 6 (2023)',
};
const never: readonly number[] = [];

/** One million doped-GST mushroom cells, single devices. */
export const pcmLikeStatistics: DeviceStatistics = {
  name: 'PCM-like',
  source: sources.pcmLike,
  devices: 1,
  gMaxUs: 25,
  programmingUs: [0.26348, 1.965, -1.1731],
  drift: {
    t0S: 20,
    mean: { below: Infinity, log: [-0.0155, 0.0244], clip: [0.049, 0.1], polynomial: never },
    spread: { below: Infinity, log: [-0.0125, -0.0059], clip: [0.008, 0.045], polynomial: never },
  },
  read: { trS: 250e-9, q: { factor: 0.0088, exponent: -0.65, max: 0.2 } },
};

const hermesDriftMean: Fit = {
  below: 0.0945,
  log: [-0.0387, -0.0182],
  clip: [0.072, 0.13],
  polynomial: [0.0736, -0.0126, -0.0436],
};

/** The HERMES core with one device a sign. */
export const hermesOneStatistics: DeviceStatistics = {
  name: 'HERMES, 1 device a sign',
  source: sources.hermes,
  devices: 1,
  gMaxUs: 10.35,
  programmingUs: [0.15781817, 2.32443916, -2.16310839, 0.68841818],
  drift: {
    t0S: 200,
    mean: hermesDriftMean,
    spread: {
      below: 0.3039,
      log: [-0.012, -0.0023],
      clip: [0.0124, 0.04],
      polynomial: [0.0104, 0.0116, -0.0165],
    },
  },
  read: {
    trS: 512e-9,
    q: {
      below: 0.1591,
      log: [-0.0078, 0.0038],
      clip: [0.0179, 0.04],
      polynomial: [0.0088, 0.0768, -0.1352, 0.0664],
    },
  },
};

/** The HERMES core with both devices of a sign: programmed by the method of Vasilopoulos et al., TED 70 (2023). */
export const hermesTwoStatistics: DeviceStatistics = {
  name: 'HERMES, 2 devices a sign',
  source: `${sources.hermes}; Vasilopoulos et al., TED 70 (2023)`,
  devices: 2,
  gMaxUs: 20.7,
  programmingUs: [0.16603222, 4.71806468, -8.48101252, 4.68961419],
  drift: {
    t0S: 300,
    mean: hermesDriftMean,
    spread: {
      below: 0.3055,
      log: [-0.0117, -0.0057],
      clip: [0.0091, 0.04],
      polynomial: [0.0073, 0.0093, -0.0118],
    },
  },
  read: {
    trS: 512e-9,
    q: {
      below: 0.16,
      log: [-0.0117, -0.0069],
      clip: [0.015, 0.04],
      polynomial: [0.0123, 0.0211, -0.028, 0.0069],
    },
  },
};

/** Smallest g of the logarithmic fits: RESET devices count as this. */
const floor = 1e-7;

/** Value of a fit at g >= 0. */
export function evaluate(fit: Fit | PowerFit, g: number): number {
  if ('factor' in fit) return min(fit.max, fit.factor * max(g, floor) ** fit.exponent);
  if (g >= fit.below) return polynomial(fit.polynomial, g);
  const x = fit.log[0] * log(max(g, floor)) + fit.log[1];
  return min(fit.clip[1], max(fit.clip[0], x));
}

/** Programming noise as a share of G_max. */
export function programmingSigma(s: DeviceStatistics, g: number): number {
  return max(0, polynomial(s.programmingUs, g)) / s.gMaxUs;
}

/** ln((t + tr) / (2 tr)) at an age since programming: what the variance of 1/f read noise grows with. */
export function readNoiseGrowth(s: DeviceStatistics, ageS: number): number {
  return log((ageS + s.drift.t0S + s.read.trS) / (2 * s.read.trS));
}

/** Growth of the share of read noise that changes from one read to the next, reads `intervalS` apart. */
export function freshNoiseGrowth(s: DeviceStatistics, intervalS: number): number {
  return max(0, log((intervalS + s.read.trS) / (2 * s.read.trS)));
}

function polynomial(c: readonly number[], g: number): number {
  let y = 0;
  for (let k = c.length - 1; k >= 0; k--) y = y * g + c[k];
  return y;
}
