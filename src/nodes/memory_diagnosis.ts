import type { Diagnosis } from '../ros/index.js';
import type { Ledger, MemoryCondition } from '../synapses/synapses.js';

/** What learning left in an emulated memory. */
export interface MemoryState {
  condition: MemoryCondition;
  /** What was spent since the meta-trained weights. */
  spent: Ledger;
  /** When it was written, ms. */
  writtenAtMs: number;
}

/**
 * An emulated phase-change memory in /diagnostics. Device time is what the emulation lets pass (read_after_s), not the clock's.
 * @param memory null: nothing was learned yet. @param nowMs on the clock of writtenAtMs.
 */
export function memoryDiagnosis(memory: MemoryState | null, nowMs: number): Diagnosis {
  if (!memory) return { level: 'ok', message: 'meta-trained weights: nothing was learned yet' };
  const { condition, spent, writtenAtMs } = memory;
  const { compensation, compensationFactor, ageS } = condition;
  const on = compensation !== 'none';
  return {
    level: 'ok',
    message: on ? 'drift is compensated' : 'drift is not compensated',
    values: {
      age_s: ((nowMs - writtenAtMs) / 1000).toFixed(1),
      device_age_s: +ageS.toPrecision(6),
      drift_compensation: compensation,
      drift_compensation_factor: +compensationFactor.toPrecision(5),
      devices_written: spent.devicesWritten,
      devices_total: spent.devicesTotal,
      energy_program_j: +spent.energyJ.program.toPrecision(5),
      energy_read_j: +spent.energyJ.read.toPrecision(5),
    },
  };
}
