import type { Random } from '../kernels/random.js';
import type { PcmConfig } from './config.js';
import {
  evaluate,
  freshNoiseGrowth,
  programmingSigma,
  readNoiseGrowth,
  type DeviceStatistics,
} from './statistics.js';

// Taken once: where globals are looked up in a sandbox (jest), each access in a hot loop costs.
const { abs, exp, log, max, min, sqrt } = Math;

/** Conductances of a configuration with devices in it. */
export type DeviceConfig = PcmConfig & { statistics: DeviceStatistics };

/** Not stuck, or at which end. */
const enum Stuck {
  No = 0,
  Reset = 1,
  Set = 2,
}

/**
 * Programmable conductances with everything random about them, in units of G_max. The clock is the caller's; an age
 * counts from the moment a conductance was programmed.
 */
export class Devices {
  /** Conductance right after programming. */
  readonly programmed: Float32Array;
  private readonly nu: Float32Array;
  /** Q of the 1/f read noise, at the programmed conductance. */
  private readonly q: Float32Array;
  private readonly bornS: Float64Array;
  /** Standard normal deviate of the time-invariant part of the read noise. */
  private readonly frozen: Float32Array;
  private readonly gain: Float32Array | null;
  private readonly stuck: Uint8Array | null;
  /** Programming pulses spent so far. */
  pulses = 0;
  /** Read noise of a verifying read, as a multiple of Q: no t0 passes before it. */
  private readonly verifyNoise: number;

  constructor(
    readonly count: number,
    private readonly config: DeviceConfig,
    private readonly random: Random,
  ) {
    this.programmed = new Float32Array(count);
    this.nu = new Float32Array(count);
    this.q = new Float32Array(count);
    this.bornS = new Float64Array(count);
    this.frozen = new Float32Array(count);
    const { spread, stuck, programming } = config;
    this.verifyNoise = sqrt(freshNoiseGrowth(config.statistics, programming.verifyAfterS));
    this.gain = spread > 0 ? new Float32Array(count).map(() => exp(spread * random.gaussian())) : null;
    this.stuck =
      stuck.reset + stuck.set > 0
        ? new Uint8Array(count).map(() => {
            const u = random.uniform();
            return u < stuck.reset ? Stuck.Reset : u < stuck.reset + stuck.set ? Stuck.Set : Stuck.No;
          })
        : null;
  }

  /** Takes over what the conductances of another array of this size are. */
  copy(from: Devices): void {
    for (const part of ['programmed', 'nu', 'q', 'frozen'] as const) this[part].set(from[part]);
    this.bornS.set(from.bornS);
    if (from.gain) this.gain?.set(from.gain);
    if (from.stuck) this.stuck?.set(from.stuck);
  }

  /** When a conductance was programmed last, s. */
  lastWriteS(): number {
    return this.bornS.reduce((last, s) => max(last, s), 0);
  }

  /** Programs conductance k to `target` (0..1) at time `nowS`. */
  program(k: number, target: number, nowS: number): void {
    const { statistics, drift } = this.config;
    const g = this.apply(k, target);
    this.programmed[k] = g;
    const { mean, spread } = statistics.drift;
    this.nu[k] = drift * abs(evaluate(mean, target) + evaluate(spread, target) * this.random.gaussian());
    this.q[k] = evaluate(statistics.read.q, g);
    this.frozen[k] = this.random.gaussian();
    this.bornS[k] = nowS;
  }

  /** Pulses until the conductance is as wanted, or the budget is spent; each pulse lands with the programming noise. */
  private apply(k: number, target: number): number {
    const { maxPulses, tolerance, noise } = this.config.programming;
    if (this.stuck && this.stuck[k] !== Stuck.No) {
      this.pulses += maxPulses;
      return this.stuck[k] === Stuck.Set ? 1 : 0;
    }
    const { statistics } = this.config;
    const gain = this.gain ? this.gain[k] : 1;
    let aim = target;
    for (let pulse = 1; ; pulse++) {
      this.pulses++;
      const sigma = noise * programmingSigma(statistics, min(1, aim));
      const g = max(0, gain * aim + sigma * this.random.gaussian());
      if (pulse >= maxPulses) return g;
      const miss = target - this.look(g);
      if (abs(miss) <= tolerance) return g;
      // A conductance that keeps missing on one side is aimed at from the other: what its own gain calls for.
      aim = min(1, max(0, aim + 0.25 * miss));
    }
  }

  /** A verifying read of conductance k, right after programming. */
  measure(k: number): number {
    return this.look(this.programmed[k]);
  }

  private look(g: number): number {
    const { statistics, readNoise } = this.config;
    return (
      g * (1 + readNoise.scale * this.verifyNoise * evaluate(statistics.read.q, g) * this.random.gaussian())
    );
  }

  /** New time-invariant read noise, as after a time long against the reads. */
  refreeze(): void {
    for (let k = 0; k < this.count; k++) this.frozen[k] = this.random.gaussian();
  }

  /**
   * State at `nowS` of conductances begin..end-1: values (time-invariant read noise included) and, where wanted, the
   * variance of the noise that is fresh in every read.
   */
  sample(
    nowS: number,
    begin: number,
    end: number,
    values: Float32Array,
    freshVariance: Float32Array | null,
  ): void {
    const { statistics, readNoise } = this.config;
    const scale2 = readNoise.scale * readNoise.scale;
    let born = NaN;
    let logAge = 0;
    let frozenFactor = 0;
    let freshFactor = 0;
    for (let k = begin; k < end; k++) {
      if (this.bornS[k] !== born) {
        born = this.bornS[k];
        const age = nowS - born;
        logAge = log((age + statistics.drift.t0S) / statistics.drift.t0S);
        const growth = scale2 * readNoiseGrowth(statistics, age);
        const fresh =
          readNoise.mode === 'fresh'
            ? growth
            : readNoise.mode === 'frozen'
              ? 0
              : min(growth, scale2 * freshNoiseGrowth(statistics, readNoise.intervalS));
        frozenFactor = sqrt(growth - fresh);
        freshFactor = fresh;
      }
      const drifted = this.programmed[k] * (logAge === 0 ? 1 : exp(-this.nu[k] * logAge));
      const q = drifted * this.q[k];
      values[k - begin] = max(0, drifted + q * frozenFactor * this.frozen[k]);
      if (freshVariance) freshVariance[k - begin] = q * q * freshFactor;
    }
  }

  /** Drift coefficient of conductance k. */
  driftCoefficient(k: number): number {
    return this.nu[k];
  }
}
