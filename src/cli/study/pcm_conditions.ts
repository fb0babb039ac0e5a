import type { PcmOverrides } from '../../pcm/config.js';
import { hermesOneStatistics, pcmLikeStatistics } from '../../pcm/statistics.js';

const minute = 60;
const day = 86_400;
const year = 365 * day;
/** As in the paper's release. */
const usualS = 32;

/** A row of the table: the chip preset changed, or another preset, read so long after the update. */
export interface Condition {
  group: string;
  name: string;
  preset: string;
  changes: PcmOverrides;
  afterS: number;
}

/** Nothing but ideal devices behind the chip's mapping: single effects are added to this. */
const quiet: PcmOverrides = {
  programming: { noise: 0, maxPulses: 1 },
  readNoise: { scale: 0 },
  drift: 0,
  rounding: 'none',
  converters: { inputBits: null, outputBits: null },
  compensation: 'none',
};
const bare: PcmOverrides = { rounding: 'nearest', compensation: 'none' };

/** All rows but that of software. */
export function conditions(): Condition[] {
  const rows: Condition[] = [];
  const add = (group: string, name: string, changes: PcmOverrides = {}, preset = 'chip', afterS = usualS) =>
    rows.push({ group, name, preset, changes, afterS });

  for (const preset of ['ideal', 'release', 'pcm-like', 'hermes', 'chip']) add('presets', preset, {}, preset);
  add('presets', 'chip, nearest rounding, no compensation', bare);

  for (const bits of [3, 4, 5, 6, 8])
    for (const rounding of ['nearest', 'stochastic'] as const)
      add('one effect alone', `update of ${bits} bits, ${rounding}`, { ...quiet, bits, rounding });
  add('one effect alone', 'programming noise, single shot', {
    ...quiet,
    programming: { noise: 1, maxPulses: 1 },
  });
  add('one effect alone', 'programming noise, read-verify', { ...quiet, programming: { noise: 1 } });
  for (const mode of ['frozen', 'fresh', 'split'] as const)
    add('one effect alone', `read noise, ${mode}`, { ...quiet, readNoise: { scale: 1, mode } });
  for (const [name, afterS] of [
    ['32 s', usualS],
    ['1 day', day],
    ['1 year', year],
  ] as const)
    // prettier-ignore
    for (const compensation of ['none', 'column'] as const)
      add(
        'one effect alone',
        `drift for ${name}, ${compensation === 'none' ? 'uncompensated' : 'compensated'}`,
        { ...quiet, drift: 1, compensation },
        'chip',
        afterS,
      );
  for (const spread of [0.05, 0.1, 0.2])
    add('one effect alone', `device-to-device spread ${100 * spread} %`, { ...quiet, spread });
  for (const share of [0.001, 0.01])
    for (const end of ['reset', 'set'] as const)
      add('one effect alone', `${100 * share} % of devices stuck at ${end.toUpperCase()}`, {
        ...quiet,
        stuck: { [end]: share },
      });
  for (const bits of [8, 6, 4])
    add('one effect alone', `converters of ${bits} bits`, {
      ...quiet,
      converters: { inputBits: bits, outputBits: bits },
    });

  add('chip without', 'read-verify (single shot)', { programming: { maxPulses: 1 } });
  add('chip without', 'programming noise', { programming: { noise: 0 } });
  add('chip without', 'read noise', { readNoise: { scale: 0 } });
  add('chip without', 'rounding', { rounding: 'none' });
  add('chip without', 'stochastic rounding (nearest)', { rounding: 'nearest' });
  add('chip without', 'row amplitudes (range by column)', { range: 'column' });
  add('chip without', 'column scales (range of the matrix)', { range: 'matrix' });
  add('chip without', 'headroom', { headroom: 1 });
  add('chip without', 'column compensation (global)', { compensation: 'global' });
  add('chip without', 'compensation', { compensation: 'none' });
  add('chip without', 'four phases (one)', { converters: { phases: 1 } });
  add('chip without', 'converters', { converters: { inputBits: null, outputBits: null } });

  add('chip with', 'one device a sign', { statistics: hermesOneStatistics });
  add('chip with', 'one device a sign, two averaged', {
    statistics: hermesOneStatistics,
    conductancesPerSign: 2,
  });
  add('chip with', 'PCM-like devices, one a sign', { statistics: pcmLikeStatistics });
  add('chip with', 'PCM-like devices, two averaged', {
    statistics: pcmLikeStatistics,
    conductancesPerSign: 2,
  });
  add('chip with', 'at most 5 pulses', { programming: { maxPulses: 5 } });
  for (const bits of [4, 6, 8]) add('chip with', `update of ${bits} bits`, { bits });
  add('chip with', 'device-to-device spread 10 %', { spread: 0.1 });
  add('chip with', '0.1 % of devices stuck at RESET', { stuck: { reset: 0.001 } });

  for (const [name, afterS] of [
    ['1 s', 1],
    ['10 min', 10 * minute],
    ['1 day', day],
    ['1 month', 30 * day],
    ['1 year', year],
    ['10 years', 10 * year],
  ] as const)
    for (const compensation of ['none', 'column'] as const)
      add(
        'age',
        `${name}, ${compensation === 'none' ? 'uncompensated' : 'compensated'}`,
        { compensation },
        'chip',
        afterS,
      );
  return rows;
}
