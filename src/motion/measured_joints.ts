/** Span over which speed is measured, s, and most samples kept of it. */
const windowS = 0.1;
const windowSamples = 128;
/** A joint state is an outlier where a joint moved further than this many times its velocity limit allows, plus a margin, rad. */
const plausibleFactor = 3;
const plausibleMarginRad = 0.05;
/** That many outliers in a row that agree with each other: the arm is elsewhere. */
const believedAfter = 3;

/** Called after each complete joint state. */
export type MeasuredListener = (stampS: number, nowS: number) => void;

/**
 * What is known of the arm's joints from joint states, and how old it is on two clocks. Values that have grown old are unknown:
 * positions and speeds of `known` false mean nothing. Receiving and asking allocate nothing.
 */
export class MeasuredJoints {
  /** Newest values, rad and rad/s. */
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  private readonly index: Map<string, number>;
  /** Receipt of each joint's newest value, monotonic s, its stamp, ROS time s, and that stamp's age on receipt. */
  private readonly receivedS: Float64Array;
  private readonly stampS: Float64Array;
  private readonly stampAge: Float64Array;
  /** Positions that did not fit, until they are believed. */
  private readonly doubted: Float64Array;
  private readonly doubts: Int32Array;
  private readonly windowTimes = new Float64Array(windowSamples);
  private readonly windowStamps = new Float64Array(windowSamples);
  private readonly windowPositions: Float64Array;
  private windowStart = 0;
  private windowCount = 0;
  private heard = 0;
  /** The value that is being taken: stamp, receipt, position, velocity. Numbers that calls would hand on become objects. */
  private readonly state = new Float64Array(4);
  private readonly listeners: MeasuredListener[] = [];

  /**
   * @param joints their names. @param velocityLimits rad/s; faster changes are taken for errors of measurement until they
   * last. Left out: every value is believed.
   */
  constructor(
    readonly joints: readonly string[],
    private readonly velocityLimits?: ArrayLike<number>,
  ) {
    const n = joints.length;
    this.index = new Map(joints.map((name, i) => [name, i]));
    this.position = new Float64Array(n);
    this.velocity = new Float64Array(n);
    this.receivedS = new Float64Array(n).fill(-Infinity);
    this.stampS = new Float64Array(n).fill(-Infinity);
    this.stampAge = new Float64Array(n).fill(Infinity);
    this.doubted = new Float64Array(n);
    this.doubts = new Int32Array(n);
    this.windowPositions = new Float64Array(windowSamples * n);
  }

  /**
   * Takes a joint state; values of other joints, values that are not finite and outliers are ignored: they leave the joint to
   * grow old. @param stampS its stamp, ROS time. @param nowS receipt, monotonic. @param rosNowS receipt, ROS time.
   */
  receive(
    names: readonly string[],
    positions: ArrayLike<number>,
    velocities: ArrayLike<number>,
    stampS: number,
    nowS: number,
    rosNowS: number,
  ): void {
    let taken = false;
    this.state[0] = stampS;
    this.state[1] = nowS;
    for (let k = 0; k < names.length; k++) {
      const i = this.index.get(names[k]);
      if (i === undefined || !(k < positions.length) || !Number.isFinite(positions[k])) continue;
      this.state[2] = positions[k];
      if (k < velocities.length) this.state[3] = velocities[k];
      else this.state[3] = NaN;
      if (this.take(i)) taken = true;
      else continue;
      this.stampAge[i] = rosNowS - stampS;
    }
    if (!taken || !this.complete) return;
    this.remember(nowS, stampS);
    for (let k = 0; k < this.listeners.length; k++) this.listeners[k](stampS, nowS);
  }

  /** Every joint was heard of at least once. */
  get complete(): boolean {
    return this.heard === this.joints.length;
  }

  /** Seconds since the oldest joint's value was received; Infinity before the first. */
  ageS(nowS: number): number {
    let oldest = Infinity;
    for (let i = 0; i < this.receivedS.length; i++)
      if (this.receivedS[i] < oldest) oldest = this.receivedS[i];
    return nowS - oldest;
  }

  /** Seconds between the oldest stamp and now; Infinity before the first, negative for a stamp in the future. */
  stampAgeS(nowS: number): number {
    let worst = -Infinity;
    for (let i = 0; i < this.stampAge.length; i++) {
      const age = this.stampAge[i] + (nowS - this.receivedS[i]);
      if (Math.abs(age) > Math.abs(worst) || worst === -Infinity) worst = age;
    }
    return worst;
  }

  /** Where the arm is is known: every joint's value is at most that old. */
  known(nowS: number, timeoutS: number): boolean {
    return this.complete && this.ageS(nowS) <= timeoutS;
  }

  /**
   * Largest joint speed over the last 0.1 s, from positions: noise hardly counts, rad/s. NaN where it is unknown: joint states
   * are older than `timeoutS`, or there is but one.
   */
  speed(nowS: number, timeoutS: number): number {
    if (this.windowCount < 2 || !this.known(nowS, timeoutS)) return NaN;
    const n = this.joints.length;
    const first = this.windowStart;
    const last = (this.windowStart + this.windowCount - 1) % windowSamples;
    // states that waited for a held-up process come all at once: their stamps tell better then
    const elapsedS = Math.max(
      1e-3,
      this.windowTimes[last] - this.windowTimes[first],
      this.windowStamps[last] - this.windowStamps[first],
    );
    let fastest = 0;
    for (let i = 0; i < n; i++) {
      const moved = Math.abs(this.windowPositions[last * n + i] - this.windowPositions[first * n + i]);
      fastest = Math.max(fastest, moved / elapsedS);
    }
    return fastest;
  }

  /** Calls back after each complete joint state; the returned function ends it. */
  onSample(listener: MeasuredListener): () => void {
    this.listeners.push(listener);
    return () => {
      const k = this.listeners.indexOf(listener);
      if (k >= 0) this.listeners.splice(k, 1);
    };
  }

  /** Takes one joint's value out of `state`. */
  private take(i: number): boolean {
    const { state } = this;
    const stampS = state[0];
    const nowS = state[1];
    const position = state[2];
    const velocity = state[3];
    const before = this.position[i];
    const first = this.receivedS[i] === -Infinity;
    const stamped = stampS - this.stampS[i];
    if (!first && this.velocityLimits) {
      const elapsedS = Math.max(0, nowS - this.receivedS[i], stamped < 1e6 ? stamped : 0);
      const reach = plausibleFactor * this.velocityLimits[i] * elapsedS + plausibleMarginRad;
      if (Math.abs(position - before) > reach) {
        const agrees = this.doubts[i] > 0 && Math.abs(position - this.doubted[i]) <= plausibleMarginRad;
        this.doubted[i] = position;
        this.doubts[i] = agrees ? this.doubts[i] + 1 : 1;
        if (this.doubts[i] < believedAfter) return false;
        this.windowCount = 0;
        if (!Number.isFinite(velocity)) state[3] = 0;
        this.set(i);
        return true;
      }
    }
    if (!Number.isFinite(velocity)) {
      if (stamped > 1e-4 && stamped < 1) state[3] = (position - before) / stamped;
      else state[3] = 0;
    }
    if (first) this.heard++;
    this.set(i);
    return true;
  }

  private set(i: number): void {
    const { state } = this;
    this.stampS[i] = state[0];
    this.receivedS[i] = state[1];
    this.position[i] = state[2];
    this.velocity[i] = state[3];
    this.doubts[i] = 0;
  }

  /** Puts the present positions into the window that speed is taken over. */
  private remember(nowS: number, stampS: number): void {
    const n = this.joints.length;
    // positions of before a silence say nothing of the speed now
    if (this.windowCount > 0) {
      const newest = (this.windowStart + this.windowCount - 1) % windowSamples;
      if (nowS - this.windowTimes[newest] > 5 * windowS) this.windowCount = 0;
    }
    if (this.windowCount === windowSamples) this.forgetOldest();
    const at = (this.windowStart + this.windowCount) % windowSamples;
    this.windowTimes[at] = nowS;
    this.windowStamps[at] = stampS;
    for (let i = 0; i < n; i++) this.windowPositions[at * n + i] = this.position[i];
    this.windowCount++;
    while (this.windowCount > 2 && nowS - this.windowTimes[(this.windowStart + 1) % windowSamples] >= windowS)
      this.forgetOldest();
  }

  private forgetOldest(): void {
    this.windowStart = (this.windowStart + 1) % windowSamples;
    this.windowCount--;
  }
}
