import { DeadlineTimer } from './deadline_timer.js';
import type { RclNode } from './rcl.js';

/** A node's timers: its own ones by the monotonic clock, rcl's while a simulator gives the time. */
export class Timers {
  private readonly rosTimers = new Set<RosTimer>();
  private readonly steadyTimers = new Set<DeadlineTimer>();
  private missedBefore = 0;
  private ended = false;

  /** @param simulated whether a simulator gives the time (use_sim_time) from the start; changes are followed. */
  constructor(
    private readonly rcl: RclNode,
    private simulated: boolean,
  ) {
    rcl.addPostSetParametersCallback((parameters) => {
      const changed = parameters.find(({ name }) => name === 'use_sim_time');
      if (!changed) return;
      this.simulated = changed.value === true;
      for (const timer of this.rosTimers) timer.follow(this.simulated);
    });
  }

  /** Calls back every so many seconds of ROS time; the returned function ends it. */
  ros(periodS: number, callback: () => void): () => void {
    const timer = new RosTimer(
      () => this.steady(periodS, callback),
      () => this.ofRcl(periodS, callback),
    );
    timer.follow(this.simulated);
    this.rosTimers.add(timer);
    return () => {
      timer.end();
      this.rosTimers.delete(timer);
    };
  }

  /** The same of steady time. Not called while the node does not spin. */
  steady(periodS: number, callback: () => void): () => void {
    const timer = new DeadlineTimer(1000 * periodS, () => {
      if (this.rcl.spinning) callback();
    });
    this.steadyTimers.add(timer);
    return () => {
      timer.end();
      if (this.steadyTimers.delete(timer)) this.missedBefore += timer.missed;
    };
  }

  /** Periods of steady timers so far that passed without a call, as the thread came too late. */
  get missed(): number {
    let missed = this.missedBefore;
    for (const timer of this.steadyTimers) missed += timer.missed;
    return missed;
  }

  /** Ends all, before the node is destroyed (which ends rcl's). */
  end(): void {
    this.ended = true;
    for (const timer of this.steadyTimers) timer.end();
    this.rosTimers.clear();
  }

  private ofRcl(periodS: number, callback: () => void): () => void {
    let running = true;
    const timer = this.rcl.createTimer(BigInt(Math.round(periodS * 1e9)), () => {
      if (running) callback();
    });
    return () => {
      running = false;
      timer.cancel();
      // it may be its own callback that ends it
      setImmediate(() => {
        if (!this.ended) this.rcl.destroyTimer(timer);
      });
    };
  }
}

/** One timer of ROS time: what runs now, and how to end it. */
class RosTimer {
  private simulated: boolean | undefined;
  private endNow: (() => void) | undefined;

  constructor(
    private readonly steady: () => () => void,
    private readonly ofRcl: () => () => void,
  ) {}

  follow(simulated: boolean): void {
    if (simulated === this.simulated) return;
    this.end();
    this.simulated = simulated;
    this.endNow = simulated ? this.ofRcl() : this.steady();
  }

  end(): void {
    this.endNow?.();
    this.endNow = undefined;
  }
}
