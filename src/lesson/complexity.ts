/**
 * How busy a motion is: root mean square frequency of its velocity, in cycles over the motion,
 * C = L / 2 pi sqrt(mean |dv/dt|^2 / mean |v|^2), summed over the joints; a sine of k cycles has k, whatever its size and
 * duration. One lesson holds so many cycles (docs/motor.md, capacity). Velocities are smoothed over a twentieth to a tenth of the
 * stretch first, which is what the network's own low-pass filters leave of a corner: corners and noise count as what is seen of them.
 */
export class Complexity {
  /** For each width 2^s of the smoothing: sums of |v|^2 and |dv|^2 over the steps before, steps + 1 each. */
  private readonly scales: { speed: Float64Array; change: Float64Array }[] = [];
  /** Sum of |v| over the steps before. */
  private readonly way: Float64Array;

  /** @param velocities steps x joints, on evenly spaced steps. @param still way (unit of velocities x steps) that counts as no motion. */
  constructor(
    velocities: ArrayLike<number>,
    joints: number,
    private readonly still: number,
  ) {
    const steps = velocities.length / joints;
    const sums = new Float64Array((steps + 1) * joints);
    this.way = new Float64Array(steps + 1);
    for (let k = 0; k < steps; k++) {
      let square = 0;
      for (let j = 0; j < joints; j++) {
        const v = velocities[k * joints + j];
        sums[(k + 1) * joints + j] = sums[k * joints + j] + v;
        square += v * v;
      }
      this.way[k + 1] = this.way[k] + Math.sqrt(square);
    }
    for (let width = 1; width <= Math.max(1, steps / 5); width *= 2)
      this.scales.push(scale(sums, joints, steps, width));
  }

  /** Cycles of the stretch of steps from..to - 1; 0 where nothing moves. */
  cycles(from: number, to: number): number {
    const length = to - from;
    if (length < 2 || this.way[to] - this.way[from] <= this.still) return 0;
    const s = Math.floor(Math.log2(Math.max(1, length / 10)));
    const { speed, change } = this.scales[Math.min(s, this.scales.length - 1)];
    const v2 = (speed[to] - speed[from]) / length;
    const a2 = (change[to - 1] - change[from]) / (length - 1);
    return v2 > 0 ? (length / (2 * Math.PI)) * Math.sqrt(Math.max(0, a2) / v2) : 0;
  }
}

/** Sums at one width: each step's velocity is the mean of `width` steps around it (fewer at the ends). */
function scale(
  sums: Float64Array,
  joints: number,
  steps: number,
  width: number,
): { speed: Float64Array; change: Float64Array } {
  const speed = new Float64Array(steps + 1);
  const change = new Float64Array(steps + 1);
  let [now, before] = [new Float64Array(joints), new Float64Array(joints)];
  for (let k = 0; k < steps; k++) {
    const from = Math.max(0, k - ((width - 1) >> 1));
    const to = Math.min(steps, k + (width >> 1) + 1);
    let [square, difference] = [0, 0];
    for (let j = 0; j < joints; j++) {
      now[j] = (sums[to * joints + j] - sums[from * joints + j]) / (to - from);
      square += now[j] ** 2;
      difference += (now[j] - before[j]) ** 2;
    }
    speed[k + 1] = speed[k] + square;
    if (k > 0) change[k] = change[k - 1] + difference; // change[k]: of steps 0 -> 1 .. k - 1 -> k
    [now, before] = [before, now];
  }
  change[steps] = change[steps - 1];
  return { speed, change };
}
