/** Adam (Kingma, Ba 2015) on plain arrays, with averaged parameters; its whole state can be saved and restored. */
export class Adam {
  readonly first: Float32Array[];
  readonly second: Float32Array[];
  /** Exponential average of the parameters. */
  readonly average: Float32Array[];
  steps = 0;

  constructor(
    readonly parameters: Float32Array[],
    private readonly beta1 = 0.9,
    private readonly beta2 = 0.999,
    private readonly epsilon = 1e-8,
  ) {
    this.first = parameters.map((p) => new Float32Array(p.length));
    this.second = parameters.map((p) => new Float32Array(p.length));
    this.average = parameters.map((p) => p.slice());
  }

  /** One step against the gradients; the average then forgets at 1 / min(steps, horizon). */
  step(gradients: readonly Float32Array[], rate: number, horizon: number): void {
    this.steps++;
    const c1 = 1 - this.beta1 ** this.steps;
    const c2 = 1 - this.beta2 ** this.steps;
    const forget = 1 / Math.min(1 + this.steps / 3, horizon);
    for (let i = 0; i < this.parameters.length; i++) {
      const [p, g, m, v, a] = [
        this.parameters[i],
        gradients[i],
        this.first[i],
        this.second[i],
        this.average[i],
      ];
      for (let k = 0; k < p.length; k++) {
        m[k] += (1 - this.beta1) * (g[k] - m[k]);
        v[k] += (1 - this.beta2) * (g[k] * g[k] - v[k]);
        p[k] -= (rate * (m[k] / c1)) / (Math.sqrt(v[k] / c2) + this.epsilon);
        a[k] += forget * (p[k] - a[k]);
      }
    }
  }
}

/** Rate at an iteration: linear warm-up, then a plateau, then a half cosine down to zero over the last part. */
export function scheduledRate(
  iteration: number,
  { rate, warmup, iterations, decay }: { rate: number; warmup: number; iterations: number; decay: number },
): number {
  const decayStart = iterations * (1 - decay);
  if (iteration < warmup) return (rate * (iteration + 1)) / warmup;
  if (iteration < decayStart) return rate;
  return rate * 0.5 * (1 + Math.cos((Math.PI * (iteration - decayStart)) / (iterations - decayStart)));
}
