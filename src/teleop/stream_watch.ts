/** Which commands of a stream count: fresh by receipt and by stamp, and from the one who holds the arm. */

export type StreamVerdict = 'ok' | 'no-stamp' | 'old-stamp' | 'future-stamp' | 'other-source';

export interface StreamWatchOptions {
  /** Silence that ends the motion, and the oldest stamp that counts, s. */
  timeoutS: number;
  /** Stamps ahead of the clock by more than this come from another clock, s. */
  futureS: number;
  /** The holder keeps the arm until it was silent for so long, s. */
  leaseS: number;
}

export const defaultStreamWatch: StreamWatchOptions = { timeoutS: 0.1, futureS: 0.05, leaseS: 0.5 };

/** Watches the streams of commands. Receipt times are those of a monotonic clock, stamps those of ROS time, s. */
export class StreamWatch {
  private lastS = -Infinity;
  private heardS = -Infinity;
  private holding = '';

  constructor(private options: StreamWatchOptions = defaultStreamWatch) {}

  /** Options from now on. */
  configure(options: StreamWatchOptions): void {
    this.options = options;
  }

  /** Judges a command; only one that is ok counts. @param source its sender: the first holds the arm until its lease ends. */
  receive(source: string, receivedS: number, stampS: number, rosNowS: number): StreamVerdict {
    const { timeoutS, futureS } = this.options;
    const holder = this.holder(receivedS);
    if (holder !== '' && holder !== source) return 'other-source';
    if (!(stampS > 0)) return 'no-stamp';
    if (!(stampS - rosNowS <= futureS)) return 'future-stamp';
    if (!(rosNowS - stampS <= timeoutS)) return 'old-stamp';
    this.holding = source;
    this.lastS = this.heardS = receivedS;
    return 'ok';
  }

  /** Who holds the arm; empty: nobody. */
  holder(nowS: number): string {
    return nowS - this.heardS <= this.options.leaseS ? this.holding : '';
  }

  /** Nothing that counts came for longer than the timeout. */
  stale(nowS: number): boolean {
    return !(nowS - this.lastS <= this.options.timeoutS);
  }

  /** What was received counts no longer; @param lease the holder gives the arm up, too. */
  drop(lease: boolean): void {
    this.lastS = -Infinity;
    if (lease) this.heardS = -Infinity;
  }
}
