import type { ExecutorOptions } from './executor_options.js';

/** Watches over what must go on all the time while an arm moves: joint states on two clocks, and the heartbeat. */
export class Vigil {
  private heartbeatMs: number;

  constructor(private readonly options: Pick<ExecutorOptions, 'joints' | 'settings' | 'nowMs' | 'nowS'>) {
    this.heartbeatMs = options.nowMs();
  }

  /** A heartbeat came, or its time begins anew. */
  heartbeat(): void {
    this.heartbeatMs = this.options.nowMs();
  }

  /** What is wrong; empty where all is well. */
  trouble(): string {
    const { joints, settings, nowMs, nowS } = this.options;
    const s = settings();
    if (!joints.complete) return `no joint states of ${joints.joints.join(', ')} yet`;
    const age = joints.ageS(nowMs());
    if (age > s.jointStateTimeoutS)
      return `joint states are stale: none for ${age.toFixed(2)} s (limit ${s.jointStateTimeoutS} s)`;
    const stampAge = joints.stampAgeS(nowS());
    if (s.jointStateMaxAgeS > 0 && stampAge > s.jointStateMaxAgeS)
      return `joint states are stale: stamped ${stampAge.toFixed(2)} s ago (limit ${s.jointStateMaxAgeS} s)`;
    const silent = (nowMs() - this.heartbeatMs) / 1000;
    if (s.heartbeatTimeoutS > 0 && silent > s.heartbeatTimeoutS)
      return `heartbeat lost: none for ${silent.toFixed(2)} s (limit ${s.heartbeatTimeoutS} s)`;
    return '';
  }
}
