import { fromNanoseconds, type RosTime, toNanoseconds } from './time.js';

/** How often the two clocks are read at first. */
const firstReadings = 5;

/**
 * ROS stamps of monotonic instants. Two clocks cannot be read at once, and a process may be held up between the readings: each
 * reading tells only between which bounds their difference lies, and the difference that is used moves only where it must. So
 * stamps are as far apart as their instants, and follow a clock that is set.
 */
export class StampClock {
  private differenceNs: bigint | undefined;

  /** @param rosNow ROS time. @param nowS monotonic, s. */
  constructor(
    private readonly rosNow: () => RosTime,
    private readonly nowS: () => number,
  ) {}

  /** The stamp of a monotonic instant, s. */
  stamp(timeS: number): RosTime {
    if (this.differenceNs === undefined) for (let k = 1; k < firstReadings; k++) this.read();
    return fromNanoseconds(this.read() + nanoseconds(timeS));
  }

  private read(): bigint {
    const before = nanoseconds(this.nowS());
    const ros = toNanoseconds(this.rosNow());
    const [least, most] = [ros - nanoseconds(this.nowS()), ros - before];
    const kept = this.differenceNs ?? (least + most) / 2n;
    return (this.differenceNs = kept < least ? least : kept > most ? most : kept);
  }
}

const nanoseconds = (seconds: number): bigint => BigInt(Math.round(seconds * 1e9));
