// Taken once: where globals are looked up in a sandbox (jest), each access in a hot loop costs.
const { floor, imul, log, sqrt } = Math;

/**
 * Seeded random numbers: xoshiro128** (Blackman & Vigna 2018) with SplitMix32 seeding.
 * Every random draw of the project comes from one of these.
 */
export class Random {
  private s0 = 0;
  private s1 = 0;
  private s2 = 0;
  private s3 = 0;
  private spare = Number.NaN;

  /** @param seed any integer; only its low 32 bits count. @param stream separates independent sequences of one seed. */
  constructor(seed: number, ...stream: number[]) {
    let x = seed | 0;
    for (const s of stream) x = mix32(x ^ mix32((s | 0) + 0x9e3779b9));
    this.s0 = mix32((x = (x + 0x9e3779b9) | 0));
    this.s1 = mix32((x = (x + 0x9e3779b9) | 0));
    this.s2 = mix32((x = (x + 0x9e3779b9) | 0));
    this.s3 = mix32((x + 0x9e3779b9) | 0) | 1;
  }

  /** Uniform 32-bit unsigned integer. */
  uint32(): number {
    const r = imul(rotl(imul(this.s1, 5), 7), 9) >>> 0;
    const t = this.s1 << 9;
    this.s2 ^= this.s0;
    this.s3 ^= this.s1;
    this.s1 ^= this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= t;
    this.s3 = rotl(this.s3, 11);
    return r;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (this.uint32() >>> 5) / 134217728;
  }

  /** Uniform integer in 0..n-1. */
  integer(n: number): number {
    return floor(this.uniform() * n);
  }

  /** Standard normal (Marsaglia polar method). */
  gaussian(): number {
    if (!Number.isNaN(this.spare)) {
      const v = this.spare;
      this.spare = Number.NaN;
      return v;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const f = sqrt((-2 * log(s)) / s);
        this.spare = v * f;
        return u * f;
      }
    }
  }

  /** Fisher-Yates shuffle, in place. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

function mix32(x: number): number {
  x = imul(x ^ (x >>> 16), 0x21f0aaad);
  x = imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
