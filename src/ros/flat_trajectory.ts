import type { CdrWriter } from './cdr_writer.js';
import { writesItself } from './message_codec.js';
import type { Floats, Header, JointTrajectory, JointTrajectoryPoint } from './messages.js';
import { fromSeconds } from './time.js';

/** Values of a motion, times x joints, row major; empty where a message has none. */
export interface TrajectoryArrays {
  joints: readonly string[];
  timesS: Floats;
  positions?: Floats;
  velocities?: Floats;
  accelerations?: Floats;
}

/**
 * A trajectory message that is still arrays. A motion of a minute has thousands of points: it is written without an object each,
 * and they are made only for who reads them.
 */
export class FlatTrajectory implements JointTrajectory {
  readonly joint_names: string[];
  declare readonly points: JointTrajectoryPoint[];

  /** @param first the row it begins with. */
  constructor(
    readonly header: Header,
    arrays: TrajectoryArrays,
    first: number,
  ) {
    this.joint_names = [...arrays.joints];
    let points: JointTrajectoryPoint[] | undefined;
    Object.defineProperty(this, 'points', {
      enumerable: true,
      get: () => (points ??= pointsOf(arrays, first)),
    });
    Object.defineProperty(this, writesItself, { value: (w: CdrWriter) => write(w, this, arrays, first) });
  }
}

function pointsOf({ joints, timesS, ...values }: TrajectoryArrays, first: number): JointTrajectoryPoint[] {
  const n = joints.length;
  const row = (of: Floats | undefined, k: number): number[] =>
    of ? Array.from({ length: n }, (_, j) => of[k * n + j]) : [];
  return Array.from({ length: Math.max(0, timesS.length - first) }, (_, i) => {
    const k = first + i;
    return {
      positions: row(values.positions, k),
      velocities: row(values.velocities, k),
      accelerations: row(values.accelerations, k),
      effort: [],
      time_from_start: fromSeconds(timesS[k]),
    };
  });
}

/** trajectory_msgs/msg/JointTrajectory, field by field. */
function write(
  w: CdrWriter,
  { header, joint_names }: FlatTrajectory,
  arrays: TrajectoryArrays,
  first: number,
): void {
  const { timesS, positions, velocities, accelerations } = arrays;
  const n = joint_names.length;
  const row = (of: Floats | undefined, k: number): void => {
    w.u32(of ? n : 0);
    if (of) w.f64s(of, k * n, (k + 1) * n);
  };
  const given = [positions, velocities, accelerations].filter(Boolean).length;
  w.expect((timesS.length - first) * (32 + 8 * given * n));
  w.i32(header.stamp.sec);
  w.u32(header.stamp.nanosec);
  w.string(header.frame_id);
  w.u32(n);
  for (const name of joint_names) w.string(name);
  w.u32(Math.max(0, timesS.length - first));
  for (let k = first; k < timesS.length; k++) {
    row(positions, k);
    row(velocities, k);
    row(accelerations, k);
    w.u32(0); // effort
    const { sec, nanosec } = fromSeconds(timesS[k]);
    w.i32(sec);
    w.u32(nanosec);
  }
}
