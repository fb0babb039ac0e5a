/** Which commands of a stream count: fresh by receipt and by stamp, and from the one who holds the arm. */

export type StreamVerdict = 'ok' | 'no-stamp' | 'old-stamp' | 'future-stamp' | 'other-source';

export interface StreamWatchOptions {
  /** Silence that ends the motion, s. */
  timeoutS?: number;
  /** Stamps ahead of the clock by more than this come from another clock, s. */
  futureS?: number;
}

/** Watches one stream of commands. Receipt times are those of a monotonic clock, stamps those of ROS time, s. */
export class StreamWatch {
  private lastS = -Infinity;
  private holder = '';

  constructor(private readonly options: StreamWatchOptions = {}) {}

  /** Judges a command; only one that is ok counts. @param source its sender: the first holds the arm until it falls silent. */
  receive(source: string, receivedS: number, stampS: number, rosNowS: number): StreamVerdict {
    const { timeoutS = 0.1, futureS = 0.05 } = this.options;
    if (this.holder !== source && this.holder !== '' && !this.stale(receivedS)) return 'other-source';
    if (!(stampS > 0)) return 'no-stamp';
    if (stampS - rosNowS > futureS) return 'future-stamp';
    if (!(rosNowS - stampS <= timeoutS)) return 'old-stamp';
    this.holder = source;
    this.lastS = receivedS;
    return 'ok';
  }

  /** Nothing that counts came for longer than the timeout. */
  stale(nowS: number): boolean {
    return !(nowS - this.lastS <= (this.options.timeoutS ?? 0.1));
  }
}
