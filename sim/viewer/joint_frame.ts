/**
 * Joint states as they go to pages: binary, little endian, the same bytes for all of them. Their names went before, once, as JSON
 * (`joint_names`); a frame tells by number which names it is of.
 *
 *     byte  0  uint8    version: 1
 *           1  uint8    kind: 1, joint states
 *           2  uint16   n, joints
 *           4  uint32   number of the names
 *           8  uint32   sequence: frames before this one, modulo 2^32
 *          12  uint32   rows: 2, or 3 with the command
 *          16  float64  stamp, s
 *          24  float32  n positions, n velocities, n commanded positions (rad or m, and a second); NaN there: none is known
 */
const VERSION = 1;
const JOINT_STATES = 1;
const HEADER_BYTES = 24;

/** Where an arm's joints are, and what its controller asks for, where it tells. */
export interface JointStates {
  type: 'joints';
  timeS: number;
  names: readonly string[];
  /** rad or m, and a second: one a name, finite as float32. */
  positions: readonly number[];
  velocities: readonly number[];
  command?: readonly (number | null)[];
  /** Joint states since those before that did not come to this page. */
  missed?: number;
}

/** Bytes of a frame. */
export function jointFrameBytes(joints: JointStates): number {
  return HEADER_BYTES + 4 * joints.names.length * (joints.command ? 3 : 2);
}

/** Writes a frame, without making anything. @param out as long as jointFrameBytes says. @param names their number. */
export function encodeJointFrame(out: DataView, joints: JointStates, names: number, sequence: number): void {
  const { positions, velocities, command } = joints;
  const n = joints.names.length;
  out.setUint8(0, VERSION);
  out.setUint8(1, JOINT_STATES);
  out.setUint16(2, n, true);
  out.setUint32(4, names, true);
  out.setUint32(8, sequence, true);
  out.setUint32(12, command ? 3 : 2, true);
  out.setFloat64(16, joints.timeS, true);
  for (let j = 0; j < n; j++) {
    out.setFloat32(HEADER_BYTES + 4 * j, positions[j], true);
    out.setFloat32(HEADER_BYTES + 4 * (n + j), velocities[j], true);
    if (command) out.setFloat32(HEADER_BYTES + 4 * (2 * n + j), command[j] ?? NaN, true);
  }
}

/** Reads the frames of one connection; what is not a whole and finite one is told, never thrown. */
export class JointFrames {
  private names: readonly string[] = [];
  private number = -1;
  private next = -1;

  /** What frames with this number are of. */
  named(number: number, names: readonly string[]): void {
    [this.number, this.names] = [number, names];
  }

  decode(data: ArrayBuffer): { joints: JointStates } | { fault: string } {
    const bytes = data.byteLength;
    if (bytes < HEADER_BYTES) return { fault: `expected at least ${HEADER_BYTES} bytes, got ${bytes}` };
    const view = new DataView(data);
    const [version, kind] = [view.getUint8(0), view.getUint8(1)];
    if (version !== VERSION) return { fault: `expected version ${VERSION}, got ${version}` };
    if (kind !== JOINT_STATES) return { fault: `expected kind ${JOINT_STATES}, got ${kind}` };
    const [n, number, rows] = [view.getUint16(2, true), view.getUint32(4, true), view.getUint32(12, true)];
    if (rows !== 2 && rows !== 3) return { fault: `expected 2 or 3 rows, got ${rows}` };
    const whole = HEADER_BYTES + 4 * rows * n;
    if (bytes !== whole) return { fault: `expected ${whole} bytes for ${n} joints, got ${bytes}` };
    if (number !== this.number || n !== this.names.length)
      return { fault: `expected the ${this.names.length} joints named last, got ${n} of names ${number}` };
    const timeS = view.getFloat64(16, true);
    if (!Number.isFinite(timeS)) return { fault: `expected a finite stamp, got ${timeS}` };
    const positions = new Array<number>(n);
    const velocities = new Array<number>(n);
    const command = rows === 3 ? new Array<number | null>(n) : undefined;
    for (let j = 0; j < n; j++) {
      const position = (positions[j] = view.getFloat32(HEADER_BYTES + 4 * j, true));
      if (!Number.isFinite(position)) return endless('positions', j, position);
      const velocity = (velocities[j] = view.getFloat32(HEADER_BYTES + 4 * (n + j), true));
      if (!Number.isFinite(velocity)) return endless('velocities', j, velocity);
      if (!command) continue;
      const wanted = view.getFloat32(HEADER_BYTES + 4 * (2 * n + j), true);
      if (Math.abs(wanted) === Infinity) return endless('command', j, wanted);
      command[j] = Number.isNaN(wanted) ? null : wanted;
    }
    const sequence = view.getUint32(8, true);
    const missed = this.next < 0 ? 0 : (sequence - this.next) >>> 0;
    this.next = (sequence + 1) >>> 0;
    return { joints: { type: 'joints', timeS, names: this.names, positions, velocities, command, missed } };
  }
}

function endless(what: string, j: number, value: number): { fault: string } {
  return { fault: `${what}.${j}: expected a finite number, got ${value}` };
}
