import type { MeasuredJoints } from './measured_joints.js';
import type { MotionSettings } from './types.js';

/** Ticks further apart than this say that the process was held up, s. */
const heldUpS = 0.1;

/** Watches over what must go on all the time while an arm moves: joint states on two clocks, and the heartbeat. */
export class Watchdog {
  private heartbeatS = NaN;
  private lookedAgain = false;

  constructor(private readonly measured: MeasuredJoints) {}

  /** A heartbeat came, or its time begins anew. */
  heartbeat(nowS: number): void {
    this.heartbeatS = nowS;
  }

  /** What is wrong; empty where all is well. */
  trouble(nowS: number, s: MotionSettings): string {
    const { measured } = this;
    if (!measured.complete) return `no joint states of ${measured.joints.join(', ')} yet`;
    const age = measured.ageS(nowS);
    if (age > s.jointStateTimeoutS)
      return `joint states are stale: none for ${age.toFixed(2)} s (limit ${s.jointStateTimeoutS} s)`;
    const stampAge = measured.stampAgeS(nowS);
    if (s.jointStateMaxAgeS > 0 && Math.abs(stampAge) > s.jointStateMaxAgeS)
      return stampAge > 0
        ? `joint states are stale: stamped ${stampAge.toFixed(2)} s ago (limit ${s.jointStateMaxAgeS} s)`
        : `joint states are stamped ${(-stampAge).toFixed(2)} s in the future (limit ${s.jointStateMaxAgeS} s): two clocks, or use_sim_time without one`;
    if (Number.isNaN(this.heartbeatS)) this.heartbeatS = nowS;
    const silent = nowS - this.heartbeatS;
    if (s.heartbeatTimeoutS > 0 && silent > s.heartbeatTimeoutS)
      return `heartbeat lost: none for ${silent.toFixed(2)} s (limit ${s.heartbeatTimeoutS} s)`;
    return '';
  }

  /**
   * The same, of a check that came `dtS` after the last: where the process itself was held up, what came meanwhile is taken
   * before it is judged, once: the second check in a row counts however late it is.
   */
  verdict(nowS: number, dtS: number, s: MotionSettings): string {
    const wrong = this.trouble(nowS, s);
    if (wrong && dtS > heldUpS && !this.lookedAgain) {
      this.lookedAgain = true;
      return '';
    }
    if (!wrong) this.lookedAgain = false;
    return wrong;
  }
}
