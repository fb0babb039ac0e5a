/** Messages to plain arrays and back. Units: rad, rad/s, m, s. */
import type { Ledger } from '../synapses/synapses.js';
import { FlatTrajectory, type TrajectoryArrays } from './flat_trajectory.js';
import type { Floats, Header, JointTrajectory, LedgerMessage, Path, Point } from './messages.js';
import { fromSeconds, type RosTime, toSeconds } from './time.js';

/**
 * frame_id of a trajectory that brakes what moves: a controller of this project leads no joint back by it, however late it comes.
 * joint_trajectory_controller of ros2_controllers does not look at it.
 */
export const stopFrame = 'stop';

/** A trajectory message of these arrays, from row `first` on. The stamp is zero ("start at once") unless given. */
export function toTrajectoryMessage(
  arrays: TrajectoryArrays,
  {
    stamp = { sec: 0, nanosec: 0 },
    frame = '',
    first = 0,
  }: { stamp?: RosTime; frame?: string; first?: number } = {},
): JointTrajectory {
  return new FlatTrajectory(header(stamp, frame), arrays, first);
}

/** Values of the wanted joints out of a joint state, in that order; null where a joint is missing or has no finite value. */
export function pickJoints(
  names: readonly string[],
  values: Floats,
  wanted: readonly string[],
): number[] | null {
  const picked: number[] = [];
  for (const joint of wanted) {
    const value = values[names.indexOf(joint)];
    if (value === undefined || !Number.isFinite(value)) return null;
    picked.push(value);
  }
  return picked;
}

/** Points of a path, rows of x, y, z in m. */
export function fromPathMessage(path: Path): [number, number, number][] {
  return path.poses.map(({ pose: { position: p } }) => [p.x, p.y, p.z]);
}

/** A path through points (steps x 3, m), stamped dtS apart from the stamp on, or at so many seconds after it each. */
export function toPathMessage(points: Floats, dtS: number | Floats, frame: string, stamp: RosTime): Path {
  const start = toSeconds(stamp);
  const poses = [];
  for (let k = 0; 3 * k + 2 < points.length; k++) {
    const position: Point = { x: points[3 * k], y: points[3 * k + 1], z: points[3 * k + 2] };
    poses.push({
      header: header(fromSeconds(start + (typeof dtS === 'number' ? k * dtS : dtS[k])), frame),
      pose: { position, orientation: { x: 0, y: 0, z: 0, w: 1 } },
    });
  }
  return { header: header(stamp, frame), poses };
}

/** A header. */
export function header(stamp: RosTime = { sec: 0, nanosec: 0 }, frame = ''): Header {
  return { stamp, frame_id: frame };
}

/** A ledger as its message. */
export function toLedgerMessage(ledger: Ledger): LedgerMessage {
  const count = (n: number) => BigInt(Math.max(0, Math.round(n)));
  return {
    devices_total: count(ledger.devicesTotal),
    devices_written: count(ledger.devicesWritten),
    pulses: count(ledger.pulses),
    mvms: count(ledger.mvms),
    energy_program_j: ledger.energyJ.program,
    energy_read_j: ledger.energyJ.read,
  };
}
