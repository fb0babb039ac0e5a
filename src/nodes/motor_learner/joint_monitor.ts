/** Span over which speed is measured, ms. */
const windowMs = 100;

/** What is known of the arm's joints from joint states: newest values, and how old they are on two clocks. */
export class JointMonitor {
  readonly positions: Float64Array;
  readonly velocities: Float64Array;
  private readonly index: Map<string, number>;
  /** Receipt time of each joint's newest value, monotonic ms. */
  private readonly receivedMs: Float64Array;
  private readonly stampS: Float64Array;
  private readonly window: { atMs: number; positions: Float64Array }[] = [];
  private readonly listeners = new Set<(stampS: number, nowMs: number) => void>();

  constructor(readonly joints: readonly string[]) {
    this.index = new Map(joints.map((name, i) => [name, i]));
    this.positions = new Float64Array(joints.length);
    this.velocities = new Float64Array(joints.length);
    this.receivedMs = new Float64Array(joints.length).fill(-Infinity);
    this.stampS = new Float64Array(joints.length).fill(-Infinity);
  }

  /**
   * Takes a joint state (values of other joints and values that are not finite are ignored).
   * @param stampS its stamp, s of ROS time. @param nowMs monotonic time of receipt.
   */
  receive(
    names: readonly string[],
    positions: ArrayLike<number>,
    velocities: ArrayLike<number>,
    stampS: number,
    nowMs: number,
  ): void {
    let relevant = false;
    for (let k = 0; k < names.length; k++) {
      const i = this.index.get(names[k]);
      if (i === undefined || !(k < positions.length) || !Number.isFinite(positions[k])) continue;
      const before = this.positions[i];
      const elapsed = stampS - this.stampS[i];
      this.positions[i] = positions[k];
      if (k < velocities.length && Number.isFinite(velocities[k])) this.velocities[i] = velocities[k];
      else this.velocities[i] = elapsed > 1e-4 && elapsed < 1 ? (positions[k] - before) / elapsed : 0;
      this.receivedMs[i] = nowMs;
      this.stampS[i] = stampS;
      relevant = true;
    }
    if (!relevant || !this.complete) return;
    this.window.push({ atMs: nowMs, positions: this.positions.slice() });
    while (this.window.length > 2 && nowMs - this.window[1].atMs >= windowMs) this.window.shift();
    for (const listener of this.listeners) listener(stampS, nowMs);
  }

  /** Every joint was heard of at least once. */
  get complete(): boolean {
    return this.receivedMs.every(Number.isFinite);
  }

  /** Seconds since the oldest joint's value was received; Infinity before the first. */
  ageS(nowMs: number): number {
    return (nowMs - Math.min(...this.receivedMs)) / 1000;
  }

  /** Seconds between the oldest stamp and now, ROS time; Infinity before the first. */
  stampAgeS(nowS: number): number {
    return nowS - Math.min(...this.stampS);
  }

  /** Largest joint speed over the last 0.1 s, from positions: noise hardly counts, rad/s. */
  get speed(): number {
    const { window } = this;
    if (window.length < 2) return 0;
    const [from, to] = [window[0], window[window.length - 1]];
    const elapsedS = Math.max(1e-3, (to.atMs - from.atMs) / 1000);
    return to.positions.reduce((m, p, i) => Math.max(m, Math.abs(p - from.positions[i]) / elapsedS), 0);
  }

  /** Resolves at the next complete joint state, or when that many ms have passed. */
  next(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        end();
        resolve();
      };
      const end = this.onSample(done);
      const timer = setTimeout(done, limitMs);
    });
  }

  /** Calls back after each complete joint state; the returned function ends it. */
  onSample(listener: (stampS: number, nowMs: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
