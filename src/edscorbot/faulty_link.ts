import type { Random } from '../kernels/random.js';
import type { Outgoing } from './firmware.js';

/** How bad a link is. */
export interface LinkFaults {
  /** Probabilities per message. */
  drop: number;
  corrupt: number;
  delay: number;
  /** A delayed message comes late by up to this, s. Others overtake it. */
  delayS: number;
}

export const NO_FAULTS: LinkFaults = { drop: 0, corrupt: 0, delay: 0, delayS: 0 };

/** One direction of a connection that loses, delays and damages messages; seeded. */
export class FaultyLink {
  private waiting: { dueS: number; message: Outgoing }[] = [];
  /** What happened so far. */
  readonly counts = { passed: 0, dropped: 0, delayed: 0, corrupted: 0 };

  constructor(
    public faults: LinkFaults,
    private readonly random: Random,
  ) {}

  /** A message enters. */
  send(message: Outgoing, nowS: number): void {
    const { drop, corrupt, delay, delayS } = this.faults;
    if (this.random.uniform() < drop) {
      this.counts.dropped++;
      return;
    }
    let { payload } = message;
    if (this.random.uniform() < corrupt) {
      this.counts.corrupted++;
      payload = damaged(payload, this.random);
    }
    const late = this.random.uniform() < delay;
    if (late) this.counts.delayed++;
    this.counts.passed++;
    const dueS = nowS + (late ? this.random.uniform() * delayS : 0);
    this.waiting.push({ dueS, message: { ...message, payload } });
  }

  /** Messages that come out by now, in the order of their arrival. */
  receive(nowS: number): Outgoing[] {
    const due = this.waiting.filter((w) => w.dueS <= nowS).sort((a, b) => a.dueS - b.dueS);
    this.waiting = this.waiting.filter((w) => w.dueS > nowS);
    return due.map((w) => w.message);
  }
}

/** Cut off, with characters exchanged, with a number made absurd, or with NaN in it. */
function damaged(text: string, random: Random): string {
  const digits = /-?\d+(\.\d+)?/g;
  const numbers = [...text.matchAll(digits)];
  switch (random.integer(4)) {
    case 0:
      return text.slice(0, random.integer(Math.max(1, text.length)));
    case 1:
      return [...text]
        .map((c) => (random.uniform() < 0.1 ? String.fromCharCode(32 + random.integer(95)) : c))
        .join('');
    default: {
      if (numbers.length === 0) return '';
      const hit = numbers[random.integer(numbers.length)];
      const absurd = ['NaN', '1e999', '-99999', String(random.integer(65536))][random.integer(4)];
      return text.slice(0, hit.index) + absurd + text.slice(hit.index + hit[0].length);
    }
  }
}
