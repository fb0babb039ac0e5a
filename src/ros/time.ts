/** ROS times and durations: {sec, nanosec}, nanosec in 0..999999999 also for negative values. */

export interface RosTime {
  sec: number;
  nanosec: number;
}

/** Monotonic time, s: what the motion core and its likes are driven by. */
export const nowS = (): number => performance.now() / 1000;

/** Seconds of a time or duration. Exact to about 0.2 us for today's dates. */
export function toSeconds(time: RosTime): number {
  return Number(time.sec) + Number(time.nanosec) * 1e-9;
}

/** Nanoseconds of a time or duration, exact. */
export function toNanoseconds(time: RosTime): bigint {
  return BigInt(time.sec) * 1_000_000_000n + BigInt(time.nanosec);
}

/** A duration of so many seconds, rounded to nanoseconds; sec is clamped to int32. */
export function fromSeconds(seconds: number): RosTime {
  if (!Number.isFinite(seconds)) throw new RangeError(`seconds must be finite, got ${seconds}`);
  const whole = Math.floor(seconds);
  const nanosec = Math.round((seconds - whole) * 1e9);
  const carry = nanosec === 1_000_000_000 ? 1 : 0;
  return {
    sec: Math.min(2147483647, Math.max(-2147483648, whole + carry)),
    nanosec: carry ? 0 : nanosec,
  };
}

/** A time of so many nanoseconds. */
export function fromNanoseconds(nanoseconds: bigint): RosTime {
  let [sec, nanosec] = [nanoseconds / 1_000_000_000n, nanoseconds % 1_000_000_000n];
  if (nanosec < 0n) [sec, nanosec] = [sec - 1n, nanosec + 1_000_000_000n];
  return { sec: Number(sec), nanosec: Number(nanosec) };
}
