import { urdfProfile } from '../../src/arm/kinematics/urdf_profile';
import { parseUrdf } from '../../src/arm/urdf/parse';
import {
  defaultStreamWatch,
  defaultThresholds,
  Teleop,
  TeleopArm,
  type TeleopSettings,
} from '../../src/teleop';
import { type OutputKind, Rig, settings } from '../motion/rig';

/** Turns about z, then two links of 0.5 m that bend about y: singular where they are in line, and above its own axis. */
const urdf = `<robot name="three"><link name="base"/>${[
  ['base', 'a', '0 0 1', '0 0 0'],
  ['a', 'b', '0 1 0', '0 0 0.3'],
  ['b', 'c', '0 1 0', '0.5 0 0'],
]
  .map(
    ([parent, child, axis, xyz], j) =>
      `<link name="${child}"/><joint name="joint_${j}" type="revolute"><parent link="${parent}"/><child link="${child}"/><origin xyz="${xyz}"/><axis xyz="${axis}"/><limit lower="-1.5" upper="1.5" velocity="9" effort="1"/></joint>`,
  )
  .join(
    '',
  )}<link name="tool"/><joint name="end" type="fixed"><parent link="c"/><child link="tool"/><origin xyz="0.5 0 0"/></joint></robot>`;

export const teleopSettings: TeleopSettings = {
  scaling: { units: 'speed_units', linearMPerS: 0.2, rotationalRadPerS: 0.5, jointRadPerS: 0.5 },
  joy: {
    mode: 'joints',
    enableButton: 0,
    modeButton: 1,
    jointAxes: [0, 1, 2],
    twistAxes: [0, 1, 2],
    jointScale: [],
    twistScale: [],
    deadZone: 0.05,
    frame: 'base',
  },
  watch: defaultStreamWatch,
  override: 1,
  marginRad: 0.1,
  haltAll: true,
  singularity: defaultThresholds,
  damping: 0.02,
};

export const joints = ['joint_0', 'joint_1', 'joint_2'];

/** Teleoperation of three joints over the simulated controller, ticked at 250 Hz. */
export class TeleopRig extends Rig {
  readonly arm: TeleopArm;
  readonly teleop: Teleop;
  readonly model = parseUrdf(urdf);
  readonly profile = urdfProfile(this.model, { learned: joints, tcpLink: 'tool' });

  constructor(kind: OutputKind, changed: Partial<TeleopSettings> = {}) {
    super(kind, 3, { ...settings, goalToleranceRad: 0 });
    this.arm = new TeleopArm(this.profile, this.model, this.limits, {
      baseFrame: 'base',
      baseLink: 'base',
      tcpLink: 'tool',
    });
    this.teleop = new Teleop(this.arm, this.core, { ...teleopSettings, ...changed });
  }

  /** Arm, joint states and teleoperation side by side for so long. */
  override run(seconds: number, dtS = 0.004): this {
    const end = this.nowS + seconds;
    while (this.nowS < end - 1e-9) {
      this.pass(Math.min(dtS, end - this.nowS));
      this.hear();
      this.teleop.tick(this.nowS);
    }
    return this;
  }

  get rosNowS(): number {
    return this.nowS + 1e9;
  }

  /** A jog of the first joints. */
  jog(velocities: readonly number[], stampS = this.rosNowS, sender = 'a'): string {
    return this.teleop.receive({ name: 'joint_jog', sender }, stampS, this.nowS, this.rosNowS, () => ({
      kind: 'joints',
      velocityRadPerS: Float64Array.from(joints, (_, j) => velocities[j] ?? 0),
      forS: Infinity,
    }));
  }

  twist(linear: readonly number[], frame = 'base'): string {
    return this.teleop.receive({ name: 'twist', sender: 'a' }, this.rosNowS, this.nowS, this.rosNowS, () => ({
      kind: 'twist',
      twist: Float64Array.from([...linear, 0, 0, 0]),
      frame,
      forS: Infinity,
    }));
  }

  /** Sends the same again and again for so long. */
  keep(seconds: number, send: () => void, each: () => void = () => {}): this {
    const end = this.nowS + seconds;
    while (this.nowS < end - 1e-9) {
      send();
      this.run(0.02);
      each();
    }
    return this;
  }
}
