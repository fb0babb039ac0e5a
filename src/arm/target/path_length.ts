/** Length of the way through points (rows x 3), in their unit. */
export function pathLengthM(positions: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 3; k < positions.length; k += 3)
    sum += Math.hypot(
      positions[k] - positions[k - 3],
      positions[k + 1] - positions[k - 2],
      positions[k + 2] - positions[k - 1],
    );
  return sum;
}
