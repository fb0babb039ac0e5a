import { Complexity } from './complexity.js';

/** What one lesson holds: a stretch of a motion beyond any of these is cut. */
export interface Capacity {
  /** Complexity, cycles. */
  cycles: number;
  /** Largest speed of a joint on the trial's clock, rad/s. */
  velocityRadPerS: number;
  /** Largest way of a joint from where the stretch begins, rad. */
  angleRad: number;
  /** Duration of a trial, s: a stretch is taught at the speed that fits into it. */
  trialS: number;
}

/** Share of a lesson's own stretch that it reaches beyond each of its cuts, to be blended with its neighbour. */
export const overlap = 0.1;
/** A motion of less than this is none, rad. */
const stillRad = 0.01;
/** Places where a cut may be, at most. */
const maxPlaces = 800;
/** Price of a cut at the motion's highest speed, in lessons; at rest it costs nothing. */
const speedPrice = 0.3;
/** Price of a stretch that is as busy as one lesson holds, beside one that hardly moves: makes them even. */
const busyPrice = 0.2;

/**
 * Cuts a motion into as few stretches as the capacity allows, where it is slow rather than where it is fast: the cheapest
 * chain of stretches, by dynamic programming.
 * @param velocities steps x joints, rad/s in the motion's own time. @param stepS of those steps, s.
 * @returns steps at which lessons begin and end: 0, cuts.., steps. A motion that one lesson holds has no cuts.
 */
export function partition(
  velocities: ArrayLike<number>,
  joints: number,
  stepS: number,
  capacity: Capacity,
): number[] {
  const steps = velocities.length / joints;
  const complexity = new Complexity(velocities, joints, stillRad / stepS);
  const course = new Course(velocities, joints, stepS, Math.max(1, Math.ceil(steps / maxPlaces)));
  const { places, fastest, speeds } = course;
  const fits = (start: number, cycles: number, from: number, to: number): boolean =>
    cycles <= capacity.cycles &&
    course.way(start) <= capacity.angleRad &&
    (course.peak * (to - from) * stepS) / capacity.trialS <= capacity.velocityRadPerS;

  const last = places.length - 1;
  course.restart(last);
  for (let start = last - 1; start >= 0; start--) course.extend(start);
  if (fits(0, complexity.cycles(0, steps), 0, steps)) return [0, steps];

  const price = new Float64Array(places.length).fill(Infinity);
  const before = new Int32Array(places.length);
  price[0] = 0;
  for (let end = 1; end <= last; end++) {
    course.restart(end);
    for (let start = end - 1; start >= 0; start--) {
      course.extend(start);
      const margin = overlap * (places[end] - places[start]);
      const from = Math.max(0, Math.floor(places[start] - margin));
      const to = Math.min(steps, Math.ceil(places[end] + margin));
      const cycles = complexity.cycles(from, to);
      // the shortest stretch is taken even where it is too much: there is no shorter one
      if (start < end - 1 && !fits(start, cycles, from, to)) {
        if (course.hopeless(capacity, places[end] - places[start]) || cycles > 2 * capacity.cycles) break;
        continue;
      }
      const cut = start === 0 ? 0 : (speedPrice * speeds[start]) / fastest;
      const total = price[start] + 1 + cut + busyPrice * (cycles / capacity.cycles) ** 2;
      if (total >= price[end]) continue;
      price[end] = total;
      before[end] = start;
    }
  }
  const cuts = [steps];
  for (let end = last; end > 0; end = before[end]) cuts.unshift(places[before[end]]);
  return cuts;
}

/** A motion at the places where it may be cut; tells of a stretch that grows backwards from its end. */
class Course {
  readonly places: number[];
  /** Speed of all joints together at each place. */
  readonly speeds: Float64Array;
  readonly fastest: number;
  /** Fastest joint of the stretch, rad/s. */
  peak = 0;
  private readonly angles: Float64Array;
  /** Of the steps from each place to the next: lowest and highest angle a joint, fastest joint. */
  private readonly lows: Float64Array;
  private readonly highs: Float64Array;
  private readonly peaks: Float64Array;
  private readonly low: Float64Array;
  private readonly high: Float64Array;

  constructor(
    velocities: ArrayLike<number>,
    private readonly joints: number,
    private readonly stepS: number,
    stride: number,
  ) {
    const steps = velocities.length / joints;
    this.places = [];
    for (let k = 0; k < steps; k += stride) this.places.push(k);
    this.places.push(steps);
    const count = this.places.length;
    this.speeds = new Float64Array(count);
    this.angles = new Float64Array(count * joints);
    this.lows = new Float64Array(count * joints).fill(Infinity);
    this.highs = new Float64Array(count * joints).fill(-Infinity);
    this.peaks = new Float64Array(count);
    [this.low, this.high] = [new Float64Array(joints), new Float64Array(joints)];
    for (let j = 0; j < joints; j++) {
      let q = 0;
      for (let p = 0; p < count; p++) {
        const at = p * joints + j;
        this.angles[at] = this.lows[at] = this.highs[at] = q;
        for (let k = this.places[p]; k < (this.places[p + 1] ?? 0); k++) {
          const v = velocities[k * joints + j];
          q += stepS * v;
          this.lows[at] = Math.min(this.lows[at], q);
          this.highs[at] = Math.max(this.highs[at], q);
          this.peaks[p] = Math.max(this.peaks[p], Math.abs(v));
        }
        const k = Math.min(steps - 1, this.places[p]);
        this.speeds[p] = Math.hypot(this.speeds[p], velocities[k * joints + j]);
      }
    }
    this.fastest = this.speeds.reduce((a, b) => Math.max(a, b), 0) || 1;
  }

  /** Begins an empty stretch that ends at a place. */
  restart(end: number): void {
    this.peak = 0;
    for (let j = 0; j < this.joints; j++) this.low[j] = this.high[j] = this.angles[end * this.joints + j];
  }

  /** The stretch grows back to the place before. */
  extend(start: number): void {
    const { joints, low, high, lows, highs } = this;
    this.peak = Math.max(this.peak, this.peaks[start]);
    for (let j = 0; j < joints; j++) {
      const at = start * joints + j;
      if (lows[at] < low[j]) low[j] = lows[at];
      if (highs[at] > high[j]) high[j] = highs[at];
    }
  }

  /** Largest way of a joint from where the stretch begins, rad. */
  way(start: number): number {
    let way = 0;
    for (let j = 0; j < this.joints; j++) {
      const q = this.angles[start * this.joints + j];
      way = Math.max(way, this.high[j] - q, q - this.low[j]);
    }
    return way;
  }

  /** No stretch that reaches further back fits either. */
  hopeless({ angleRad, velocityRadPerS, trialS }: Capacity, length: number): boolean {
    if ((this.peak * length * this.stepS) / trialS > velocityRadPerS) return true;
    for (let j = 0; j < this.joints; j++) if (this.high[j] - this.low[j] > 2 * angleRad) return true;
    return false;
  }
}
