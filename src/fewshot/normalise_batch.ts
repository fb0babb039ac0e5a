/** (x - mean) / sqrt(variance + epsilon) per channel over all pictures and pixels (channels fastest), in place. */
export function normaliseBatch(values: Float32Array, channels: number, epsilon: number): void {
  const count = values.length / channels;
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let k = c; k < values.length; k += channels) sum += values[k];
    const mean = sum / count;
    let squares = 0;
    for (let k = c; k < values.length; k += channels) squares += (values[k] - mean) ** 2;
    const inverse = 1 / Math.sqrt(squares / count + epsilon);
    for (let k = c; k < values.length; k += channels) values[k] = (values[k] - mean) * inverse;
  }
}
