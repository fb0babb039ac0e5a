/**
 * CDR (XCDR1, little endian: OMG DDS-XTypes 7.4.1) of the large messages, written directly: rclnodejs needs 0.1 ms and more for
 * each nested message, which holds up a process for a quarter of a second for one lesson.
 */
import type { Floats, Header, JointTrajectory, LessonMessage, MotionScore, Path } from './messages.js';
import type { RosTime } from './time.js';

/** Appends values, each aligned to its size. */
export class CdrWriter {
  private bytes = Buffer.alloc(4096);
  private at = 4;

  constructor() {
    this.bytes[1] = 1; // representation identifier CDR_LE, options 0
  }

  u8(x: number): void {
    const at = this.reserve(1, 1); // may replace this.bytes: first
    this.bytes[at] = x;
  }

  bool(x: boolean): void {
    this.u8(x ? 1 : 0);
  }

  i32(x: number): void {
    const at = this.reserve(4, 4);
    this.bytes.writeInt32LE(x, at);
  }

  u32(x: number): void {
    const at = this.reserve(4, 4);
    this.bytes.writeUInt32LE(x, at);
  }

  u64(x: bigint): void {
    const at = this.reserve(8, 8);
    this.bytes.writeBigUInt64LE(x, at);
  }

  f64(x: number): void {
    const at = this.reserve(8, 8);
    this.bytes.writeDoubleLE(x, at);
  }

  string(text: string): void {
    const length = Buffer.byteLength(text) + 1;
    this.u32(length);
    const at = this.reserve(length, 1);
    this.bytes.write(text, at);
    this.bytes[at + length - 1] = 0;
  }

  f64s(values: Floats): void {
    this.u32(values.length);
    for (let k = 0; k < values.length; k++) this.f64(values[k]);
  }

  f32s(values: Floats): void {
    this.u32(values.length);
    for (let k = 0; k < values.length; k++) {
      const at = this.reserve(4, 4);
      this.bytes.writeFloatLE(values[k], at);
    }
  }

  u16s(values: ArrayLike<number>): void {
    this.u32(values.length);
    for (let k = 0; k < values.length; k++) {
      const at = this.reserve(2, 2);
      this.bytes.writeUInt16LE(values[k], at);
    }
  }

  list<T>(items: ArrayLike<T>, write: (item: T) => void): void {
    this.u32(items.length);
    for (let k = 0; k < items.length; k++) write(items[k]);
  }

  /** Everything written so far. */
  done(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  private reserve(size: number, alignment: number): number {
    // alignment counts from the end of the four bytes in front
    const start = this.at + ((alignment - ((this.at - 4) % alignment)) % alignment);
    if (start + size > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.bytes.length, start + size));
      this.bytes.copy(larger);
      this.bytes = larger;
    } else this.bytes.fill(0, this.at, start);
    this.at = start + size;
    return start;
  }
}

function time(w: CdrWriter, t: RosTime): void {
  w.i32(t.sec);
  w.u32(t.nanosec);
}

function header(w: CdrWriter, h: Header): void {
  time(w, h.stamp);
  w.string(h.frame_id);
}

function jointTrajectory(w: CdrWriter, m: JointTrajectory): void {
  header(w, m.header);
  w.list(m.joint_names, (name) => w.string(name));
  w.list(m.points, (p) => {
    w.f64s(p.positions);
    w.f64s(p.velocities);
    w.f64s(p.accelerations);
    w.f64s(p.effort);
    time(w, p.time_from_start);
  });
}

function path(w: CdrWriter, m: Path): void {
  header(w, m.header);
  w.list(m.poses, ({ header: stamped, pose: { position: p, orientation: o } }) => {
    header(w, stamped);
    for (const x of [p.x, p.y, p.z, o.x, o.y, o.z, o.w]) w.f64(x);
  });
}

function score(w: CdrWriter, m: MotionScore): void {
  w.f64(m.tcp_error_mean_m);
  w.f64(m.tcp_error_max_m);
  w.f64(m.tcp_error_percent_of_path);
  w.f64(m.orientation_error_mean_rad);
  w.f64s(m.velocity_rmse_rad_per_s);
}

function lesson(w: CdrWriter, m: LessonMessage): void {
  header(w, m.header);
  for (const text of [m.name, m.backend, m.weights, m.profile]) w.string(text);
  w.u32(m.updates);
  for (const s of [m.before, m.after, m.executed]) score(w, s);
  for (const x of [m.executed_delay_s, m.executed_deviation_m]) w.f64(x);
  w.string(m.executed_shortcoming);
  w.bool(m.gate_accepted);
  w.list(m.reasons, (r) => {
    w.string(r.code);
    w.string(r.joint);
    for (const x of [r.time_s, r.value, r.limit]) w.f64(x);
    w.string(r.message);
  });
  w.f64(m.time_scaling);
  w.f64(m.target_residual_m);
  const { ledger, timing } = m;
  for (const n of [ledger.devices_total, ledger.devices_written, ledger.pulses, ledger.mvms]) w.u64(n);
  for (const x of [ledger.energy_program_j, ledger.energy_read_j]) w.f64(x);
  for (const x of [timing.exposure_ms, timing.update_ms, timing.recall_ms, timing.total_ms]) w.f64(x);
  jointTrajectory(w, m.learned_trajectory);
  path(w, m.target_path);
  path(w, m.learned_path);
  w.bool(m.was_executed);
}

const writers: Record<string, (w: CdrWriter, message: never) => void> = {
  'trajectory_msgs/msg/JointTrajectory': jointTrajectory,
  'nav_msgs/msg/Path': path,
  'oneshot_arm_msgs/msg/Lesson': lesson,
};

/** The encoder of a message type, or undefined where rclnodejs's own does. */
export function cdrEncoder(type: string): ((message: object) => Buffer) | undefined {
  const write = writers[type];
  if (!write) return undefined;
  return (message) => {
    const w = new CdrWriter();
    write(w, message as never);
    return w.done();
  };
}

/** Types that have an encoder here. */
export const encodedTypes = Object.keys(writers);
