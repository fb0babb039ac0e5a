import type { JointLimits } from '../arm/limits/joint_limits.js';

/** A stream begins with what an arm at rest can do in this time, s. */
const beginS = 0.02;
/** Zeros go out for this long after a stream was ended, so that a lost message does no harm, s. */
const zerosS = 0.5;
/** Ticks further apart than this say that the process was held up: what waits is taken first, once, s. */
const heldUpS = 0.05;
/** What is refused while nothing runs is told this often, s. */
const tellS = 1;
/** Rounding of a velocity at its limit, relative. */
const slack = 1e-6;

export interface VelocityGuardOptions {
  /** Of the commanded joints, in the controller's order. */
  limits: readonly JointLimits[];
  /** A longer silence ends a stream, s. */
  timeoutS: number;
  /** Takes what the controller shall be told, rad/s; the array is used again. */
  send: (velocity: Float64Array) => void;
  /** Told why a stream was ended, or is refused. */
  onEnd: (reason: string) => void;
}

/**
 * Stands between one source of joint velocities and a controller that performs the last one it got for ever. Every message of a
 * sound stream goes on at once and unchanged. Silence, a value that is not finite or beyond its limit, a jump that the limits do
 * not allow, and a second source end the stream: every joint is slowed down to zero at its acceleration limit. What is then
 * streamed is refused until a message asks for rest, so that no motion goes on in its middle.
 */
export class VelocityGuard {
  /** waiting: nothing is sent. passing: a stream goes through. braking: it was ended, and zero is not reached or just was. */
  state: 'waiting' | 'passing' | 'braking' = 'waiting';
  /** Why the last stream was ended; empty since another began. */
  reason = '';
  private readonly sent: Float64Array;
  private sender = '';
  private heardS = -Infinity;
  private tickS = NaN;
  private lookedAgain = false;
  private zerosUntilS = -Infinity;
  private toldS = -Infinity;

  constructor(private readonly options: VelocityGuardOptions) {
    this.sent = new Float64Array(options.limits.length);
  }

  /** A message of the stream, rad/s per joint. @param sender who sent it: any text that tells one publisher from another. */
  receive(velocity: ArrayLike<number>, sender: string, nowS: number): void {
    const wrong = this.faultOf(velocity);
    if (wrong) return this.end(wrong, nowS);
    if (this.state === 'passing' && sender !== this.sender) {
      if (!this.resting) return this.end('two sources stream velocities at once', nowS);
      this.state = 'waiting';
    }
    if (this.state === 'passing') {
      const jump = this.jumpOf(velocity, this.options.timeoutS);
      if (jump) return this.end(jump, nowS);
    } else {
      const moving = this.jumpOf(velocity, beginS);
      if (moving) return this.end(`a stream begins at rest; ${moving}`, nowS);
      if (this.state === 'braking' && !this.resting) return;
      this.state = 'passing';
      this.sender = sender;
      this.reason = '';
    }
    this.heardS = nowS;
    this.lookedAgain = false;
    this.sent.set(velocity);
    this.options.send(this.sent);
  }

  /** Slows an arm down that moves by a command of before our time. @param velocity measured, rad/s. */
  halt(velocity: ArrayLike<number>, reason: string, nowS: number): void {
    if (this.state !== 'waiting') return;
    this.options.limits.forEach((limit, j) => {
      const v = Number.isFinite(velocity[j]) ? velocity[j] : 0;
      this.sent[j] = Math.min(limit.velocity, Math.max(-limit.velocity, v));
    });
    this.end(reason, nowS);
  }

  /** Ends the stream that runs, braking. */
  end(reason: string, nowS: number): void {
    if (this.state === 'passing' || nowS - this.toldS >= tellS) {
      this.toldS = nowS;
      this.options.onEnd(reason);
    }
    if (this.state === 'passing' || !this.reason) this.reason = reason;
    if (this.state === 'waiting' && this.resting) return;
    if (this.state !== 'braking') this.zerosUntilS = NaN;
    this.state = 'braking';
  }

  /** One look at the clock: call it every 10 ms or so. */
  tick(nowS: number): void {
    const dtS = Number.isNaN(this.tickS) ? 0 : nowS - this.tickS;
    if (!(dtS >= 0)) return;
    this.tickS = nowS;
    if (this.state === 'passing') this.watch(nowS, dtS);
    if (this.state === 'braking') this.brake(nowS, Math.min(dtS, heldUpS));
  }

  private watch(nowS: number, dtS: number): void {
    const silentS = nowS - this.heardS;
    if (silentS <= this.options.timeoutS) return;
    if (dtS > heldUpS && !this.lookedAgain) {
      this.lookedAgain = true;
      return;
    }
    if (this.resting) this.state = 'waiting';
    else this.end(`no velocities for ${(1000 * silentS).toFixed(0)} ms`, nowS);
  }

  private brake(nowS: number, dtS: number): void {
    const { limits, send } = this.options;
    for (let j = 0; j < this.sent.length; j++) {
      const by = limits[j].acceleration * dtS;
      const v = this.sent[j];
      this.sent[j] = Math.abs(v) <= by ? 0 : v - Math.sign(v) * by;
    }
    send(this.sent);
    if (!this.resting) return;
    if (Number.isNaN(this.zerosUntilS)) this.zerosUntilS = nowS + zerosS;
    if (nowS >= this.zerosUntilS) this.state = 'waiting';
  }

  /** The controller was last told to rest. */
  private get resting(): boolean {
    for (let j = 0; j < this.sent.length; j++) if (this.sent[j] !== 0) return false;
    return true;
  }

  private faultOf(velocity: ArrayLike<number>): string {
    const { limits } = this.options;
    if (velocity.length !== limits.length)
      return `expected ${limits.length} velocities, got ${velocity.length}`;
    for (let j = 0; j < limits.length; j++)
      if (!(Math.abs(velocity[j]) <= limits[j].velocity * (1 + slack)))
        return `${limits[j].name}: ${velocity[j]} rad/s is not within ${limits[j].velocity} rad/s`;
    return '';
  }

  /** What asks for more than the acceleration limit allows in `withinS`; empty where nothing does. */
  private jumpOf(velocity: ArrayLike<number>, withinS: number): string {
    const { limits } = this.options;
    const from = this.state === 'passing';
    for (let j = 0; j < limits.length; j++) {
      const before = from ? this.sent[j] : 0;
      if (Math.abs(velocity[j] - before) > limits[j].acceleration * withinS)
        return `${limits[j].name}: from ${before.toFixed(3)} to ${velocity[j].toFixed(3)} rad/s at once`;
    }
    return '';
  }
}
