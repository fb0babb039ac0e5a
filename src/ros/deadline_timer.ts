/** What a deadline timer takes its time from; tests bring their own. */
export interface Waking {
  /** Monotonic, ms. */
  now(): number;
  /** Calls back after so many whole ms, at the earliest; 0: once what waits for the thread was seen to. The same function each time. */
  after(ms: number, wake: () => void): void;
  /** Sleeps, less than 1 ms. */
  nap(ms: number): void;
}

/**
 * Calls back at even times (start + k period) of the monotonic clock. A period that was missed is left out and counted, as rcl's
 * timers do, so that lateness never adds up. The thread is woken once a tick, and by its own event loop: rclnodejs's timers wake a
 * thread that wakes this one, and on busy cores each waking waits its turn. The loop sleeps whole milliseconds; the rest, less than
 * one, is slept here. Creates no objects once it runs.
 */
export class DeadlineTimer {
  private readonly startMs: number;
  /** The even time to call back at next. */
  private next = 1;
  private running = true;
  private missedPeriods = 0;

  /** @param periodMs 0.1 or more. */
  constructor(
    private readonly periodMs: number,
    private readonly callback: () => void,
    private readonly waking: Waking = eventLoop(),
  ) {
    this.startMs = waking.now();
    this.arm();
  }

  /** Periods without a call so far. */
  get missed(): number {
    return this.missedPeriods;
  }

  /** No call after this, also where a call ends it. */
  end(): void {
    this.running = false;
  }

  /** Until the next call, ms. */
  private get leftMs(): number {
    return this.startMs + this.next * this.periodMs - this.waking.now();
  }

  private arm(): void {
    this.waking.after(Math.max(0, Math.floor(this.leftMs)), this.wake);
  }

  private readonly wake = (): void => {
    if (!this.running) return;
    const left = this.leftMs;
    if (left >= 1) return this.arm(); // the loop reckons from when it woke last
    if (left > 0) this.waking.nap(left);
    const due = this.next;
    const passed = Math.floor((this.waking.now() - this.startMs) / this.periodMs);
    this.next = Math.max(due, passed) + 1; // a nap may end a moment early
    this.missedPeriods += this.next - due - 1;
    try {
      this.callback();
    } finally {
      if (this.running) this.arm();
    }
  };
}

const nothing = new Int32Array(new SharedArrayBuffer(4));

/** Node.js's own timers, one for each number of milliseconds, used again. They keep no process alive. */
function eventLoop(): Waking {
  const timeouts: (NodeJS.Timeout | undefined)[] = [];
  return {
    now: () => performance.now(),
    after: (ms, wake) => {
      if (ms < 1)
        setImmediate(wake); // one that keeps no process alive waits for other events
      else if (timeouts[ms]) timeouts[ms].refresh();
      else timeouts[ms] = setTimeout(wake, ms).unref();
    },
    nap: (ms) => void Atomics.wait(nothing, 0, 0, ms),
  };
}
