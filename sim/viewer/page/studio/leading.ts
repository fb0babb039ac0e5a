/** A spring from the hand to the tool: its stiffness, N/m, the damping that keeps it from swinging, N s/m, and the most it pulls, N. */
const STIFFNESS = 300;
const DAMPING = 40;
const STRONGEST_N = 40;

/**
 * Force (N, base frame) on a tool that is pulled to a point: F = k (to - tool) - d v, no stronger than a hand.
 * @param tool where it is, m. @param before where it was dtS seconds ago.
 */
export function leadingForce(
  to: readonly number[],
  tool: readonly number[],
  before: readonly number[],
  dtS: number,
): [number, number, number] {
  const force = [0, 1, 2].map(
    (c) => STIFFNESS * (to[c] - tool[c]) - (DAMPING * (tool[c] - before[c])) / dtS,
  ) as [number, number, number];
  const share = STRONGEST_N / Math.hypot(...force);
  return share < 1 ? (force.map((f) => share * f) as [number, number, number]) : force;
}
