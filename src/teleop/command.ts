/** What somebody asks of the arm, checked and in rad/s and m/s: out of the fields of JointJog, TwistStamped and Joy messages. */
import { reject } from '../input_error.js';

export type Command =
  | { kind: 'joints'; velocityRadPerS: Float64Array; forS: number }
  /** Linear (m/s) and angular (rad/s) velocity of the tool, along the axes of `frame`. */
  | { kind: 'twist'; twist: Float64Array; frame: string; forS: number };

export interface Scaling {
  /** unitless: -1 to 1 of the speeds below; speed_units: rad/s and m/s. */
  units: 'unitless' | 'speed_units';
  linearMPerS: number;
  rotationalRadPerS: number;
  jointRadPerS: number;
}

/** Which axes and buttons of a joystick do what. */
export interface JoyMapping {
  mode: 'joints' | 'twist';
  /** The dead man's: nothing moves unless it is held. */
  enableButton: number;
  /** While held, the other mode; -1: there is none. */
  modeButton: number;
  /** Axis of each commanded joint, and of x, y, z, roll, pitch, yaw; -1: none. */
  jointAxes: readonly number[];
  twistAxes: readonly number[];
  /** Factor on each of them (a sign turns it round); left out: 1. */
  jointScale: readonly number[];
  twistScale: readonly number[];
  /** Deflections smaller than this are 0. */
  deadZone: number;
  /** Frame of the twist. */
  frame: string;
}

export interface JogFields {
  joints: readonly string[];
  velocities: ArrayLike<number>;
  displacements: ArrayLike<number>;
  durationS: number;
}

interface Vector {
  x: number;
  y: number;
  z: number;
}

const within = (field: string, value: number, { units }: Pick<Scaling, 'units'>): number => {
  if (!Number.isFinite(value)) reject('not-finite', field, 'a finite number', value);
  if (units === 'unitless' && Math.abs(value) > 1 + 1e-6)
    reject('out-of-range', field, '-1 to 1 (command_in_type unitless)', value);
  return value;
};

/** @param joints the commanded ones, in their order. @throws InputError */
export function jogCommand(jog: JogFields, joints: readonly string[], scaling: Scaling): Command {
  const { velocities, displacements, durationS } = jog;
  const velocityRadPerS = new Float64Array(joints.length);
  if (jog.joints.length === 0) reject('empty', 'joint_names', `some of ${joints.join(', ')}`, 'none');
  if (displacements.length > 0)
    reject('unsupported', 'displacements', 'none: velocities are followed', displacements);
  if (velocities.length !== jog.joints.length)
    reject('wrong-length', 'velocities', `${jog.joints.length} values, one a joint`, velocities);
  jog.joints.forEach((name, k) => {
    const j = joints.indexOf(name);
    if (j < 0) reject('unknown-joint', `joint_names[${k}]`, `one of ${joints.join(', ')}`, name);
    if (jog.joints.indexOf(name) !== k)
      reject('duplicate-joint', `joint_names[${k}]`, 'each joint once', name);
    const speed = scaling.units === 'unitless' ? scaling.jointRadPerS : 1;
    velocityRadPerS[j] = speed * within(`velocities[${k}]`, velocities[k], scaling);
  });
  if (!(durationS >= 0)) reject('out-of-range', 'duration', '0 or more seconds', durationS);
  return { kind: 'joints', velocityRadPerS, forS: durationS > 0 ? durationS : Infinity };
}

/** @param rows 3: the arm's tool can be moved, not turned. @throws InputError */
export function twistCommand(
  { frame, linear, angular }: { frame: string; linear: Vector; angular: Vector },
  rows: number,
  scaling: Scaling,
): Command {
  if (frame === '') reject('empty', 'header.frame_id', 'a frame', frame);
  const twist = new Float64Array(6);
  const unitless = scaling.units === 'unitless';
  (['x', 'y', 'z'] as const).forEach((axis, i) => {
    twist[i] = (unitless ? scaling.linearMPerS : 1) * within(`twist.linear.${axis}`, linear[axis], scaling);
    twist[3 + i] =
      (unitless ? scaling.rotationalRadPerS : 1) * within(`twist.angular.${axis}`, angular[axis], scaling);
    if (rows < 6 && twist[3 + i] !== 0)
      reject(
        'unsupported',
        `twist.angular.${axis}`,
        '0: this arm moves its tool, it cannot turn it',
        angular[axis],
      );
  });
  return { kind: 'twist', twist, frame, forS: Infinity };
}

/** Null where the dead man's button is not held. @throws InputError */
export function joyCommand(
  { axes, buttons }: { axes: ArrayLike<number>; buttons: ArrayLike<number> },
  mapping: JoyMapping,
  joints: readonly string[],
  rows: number,
  scaling: Scaling,
): Command | null {
  const { enableButton, modeButton, mode, deadZone } = mapping;
  if (!(enableButton < buttons.length))
    reject('wrong-length', 'buttons', `button ${enableButton} among them (joy.enable_button)`, buttons);
  if (buttons[enableButton] !== 1) return null;
  for (let k = 0; k < axes.length; k++) within(`axes[${k}]`, axes[k], { units: 'unitless' });
  const read = (list: readonly number[], scale: readonly number[], k: number): number => {
    const axis = k < list.length ? list[k] : -1;
    if (axis < 0) return 0;
    if (axis >= axes.length) reject('wrong-length', 'axes', `axis ${axis} among them`, axes);
    return Math.abs(axes[axis]) < deadZone ? 0 : axes[axis] * (scale[k] ?? 1);
  };
  const other = modeButton >= 0 && buttons[modeButton] === 1;
  if ((mode === 'joints') !== other) {
    const { jointAxes, jointScale } = mapping;
    const velocityRadPerS = Float64Array.from(
      joints,
      (_, k) => scaling.jointRadPerS * read(jointAxes, jointScale, k),
    );
    return { kind: 'joints', velocityRadPerS, forS: Infinity };
  }
  const { twistAxes, twistScale, frame } = mapping;
  const twist = Float64Array.from(
    { length: 6 },
    (_, k) => (k < 3 ? scaling.linearMPerS : scaling.rotationalRadPerS) * read(twistAxes, twistScale, k),
  );
  if (rows < 6) twist.fill(0, 3);
  return { kind: 'twist', twist, frame, forS: Infinity };
}
