import { openSync, readSync } from 'node:fs';

/** What a thread was held up by between two of its ticks, at worst. */
export interface HeldUp {
  /** Longest time between two ticks, ms: work of its own, or a machine that is too busy. */
  gapMs: number;
  /** Most that the thread itself computed between two ticks, ms; NaN where the system does not tell (not Linux). */
  ownMs: number;
}

/** Tells what keeps a node from its ticks: its own work, or other processes. */
export class LoopTime {
  private readonly file: number | null;
  private readonly text = Buffer.alloc(64);
  private lastMs = NaN;
  private lastOwnMs = NaN;
  private worst: HeldUp = { gapMs: 0, ownMs: 0 };

  /** To be made by the thread that ticks. */
  constructor() {
    let file: number | null = null;
    try {
      file = openSync('/proc/thread-self/schedstat', 'r');
    } catch {
      // no Linux
    }
    this.file = file;
  }

  /** @param nowMs monotonic. */
  tick(nowMs: number): void {
    const ownMs = this.ownMs();
    if (!Number.isNaN(this.lastMs)) {
      this.worst.gapMs = Math.max(this.worst.gapMs, nowMs - this.lastMs);
      this.worst.ownMs = Math.max(this.worst.ownMs, ownMs - this.lastOwnMs);
    }
    this.lastMs = nowMs;
    this.lastOwnMs = ownMs;
  }

  /** The worst since it was last asked. */
  take(): HeldUp {
    const { worst } = this;
    this.worst = { gapMs: 0, ownMs: 0 };
    return worst;
  }

  /** Processor time of this thread so far, ms. */
  private ownMs(): number {
    if (this.file === null) return NaN;
    const length = readSync(this.file, this.text, 0, this.text.length, 0);
    return Number(this.text.toString('latin1', 0, length).split(' ', 1)[0]) / 1e6;
  }
}
