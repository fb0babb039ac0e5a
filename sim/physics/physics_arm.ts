import type { MjData, MjModel } from '@mujoco/mujoco' with { 'resolution-mode': 'import' };
import { reject } from '../../src/input_error.js';
import type { Random } from '../../src/kernels/random.js';
import { Setpoints } from '../setpoints.js';
import { type SimulatedArm, STEP_S } from '../simulated_arm.js';
import type { JointServo } from './joint_servo.js';
import { buildWorld, type World, type WorldOptions } from './world.js';
import type { Mujoco } from './mujoco.js';

export interface PhysicsArmOptions extends WorldOptions {
  /** URDF text. */
  urdf: string;
  /** Joints that are commanded, in the order of all arrays. */
  joints: readonly string[];
  /** One for each joint; the description's other joints are held at 0 by `others`. */
  servos: readonly JointServo[];
  others: () => JointServo;
  /** rad. */
  start: ArrayLike<number>;
  deadTimeS?: number;
  /** Standard deviation of the measured position, rad, drawn from `random`. */
  positionNoiseRad?: number;
  random?: Random;
}

/** Viscous damping of free drive: a joint left alone slows down at this rate, 1/s. */
const FREE_DRIVE_DAMPING_PER_S = 3;

/** One servo on one degree of freedom. */
interface Axis {
  servo: JointServo;
  dof: number;
  inertia: number;
  effortLimit: number;
}

/**
 * An arm with masses: MuJoCo at 1 kHz, a servo on each joint whose torque is its wanted acceleration times the joint's own
 * inertia (at the start), plus what gravity and damping take as far as the servos know it (no payload, no wrench), within the
 * effort limit.
 */
export class PhysicsArm implements SimulatedArm {
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  readonly effort: Float64Array;
  /** Gravity is balanced, nothing else: the arm can be led by hand. */
  private free = false;
  private readonly world: World;
  /** Without payload: what the servos know of gravity. The same world where there is none. */
  private readonly known: World;
  private readonly axes: Axis[];
  private readonly setpoints: Setpoints;
  private readonly command: Float64Array;
  private readonly rate: Float64Array;
  private readonly addresses: number[];
  private wrench: { body: number; values: Float64Array; untilS: number } | undefined;
  private stepsTaken = 0;

  constructor(
    mujoco: Mujoco,
    private readonly options: PhysicsArmOptions,
  ) {
    const { joints, servos, others, start } = options;
    this.world = buildWorld(mujoco, options.urdf, options);
    this.known = options.payload?.massKg
      ? buildWorld(mujoco, options.urdf, { ...options, payload: undefined, contacts: false })
      : this.world;
    const { model } = this.world;
    this.addresses = joints.map((name, j) => {
      const at = this.world.joints.indexOf(name);
      if (at < 0) reject('unknown', `joints[${j}]`, `one of ${this.world.joints.join(', ')}`, name);
      return at;
    });
    const n = joints.length;
    [this.position, this.velocity, this.effort] = [0, 0, 0].map(() => new Float64Array(n));
    const mimics = mimicDofs(model);
    const rest = this.world.joints
      .map((_, i) => i)
      .filter((i) => !this.addresses.includes(i) && !mimics.has(i));
    const axis = (servo: JointServo, dof: number): Axis => ({
      servo,
      dof,
      inertia: 0,
      effortLimit: model.jnt_actfrcrange[2 * dof + 1] > 0 ? model.jnt_actfrcrange[2 * dof + 1] : Infinity,
    });
    this.axes = [
      ...this.addresses.map((dof, j) => axis(servos[j], dof)),
      ...rest.map((dof) => axis(others(), dof)),
    ];
    this.command = new Float64Array(this.axes.length);
    this.rate = new Float64Array(this.axes.length);
    this.setpoints = new Setpoints(this.withOthers(start), options.deadTimeS);
    this.reset(start);
    const inertias = inertiasAt(this.known, this.world.data.qpos as Float64Array);
    for (const axis of this.axes) axis.inertia = inertias[axis.dof];
  }

  /** Simulated time since the start or reset(), s. */
  get timeS(): number {
    return this.stepsTaken * STEP_S;
  }

  /** Links that are meshes and so touch nothing. */
  get meshLinks(): readonly string[] {
    return this.world.meshLinks;
  }

  /** Kinetic and potential energy, J. */
  get energyJ(): number {
    const energy = this.world.data.energy as Float64Array;
    return energy[0] + energy[1];
  }

  /** Pairs of links that touch now. */
  get contacts(): [string, string][] {
    const { data, model, links } = this.world;
    const list = data.contact;
    const pairs = Array.from({ length: data.ncon }, (_, i): [string, string] => {
      const { geom1, geom2 } = list.get(i)!;
      return [links[model.geom_bodyid[geom1]], links[model.geom_bodyid[geom2]]];
    });
    list.delete();
    return pairs;
  }

  /** Origin of a link, m, base frame. */
  linkPosition(link: string): [number, number, number] {
    const body = this.body(link);
    const at = this.world.data.xpos as Float64Array;
    return [at[3 * body], at[3 * body + 1], at[3 * body + 2]];
  }

  drive(position: ArrayLike<number>, rate: ArrayLike<number>, overS: number): void {
    if (!this.free) this.setpoints.add(this.timeS, this.withOthers(position), this.withOthers(rate), overS);
  }

  /** Balances gravity only, so that the arm can be led; ends with it being held where it is. */
  freeDrive(on: boolean): void {
    this.free = on;
    if (!on) this.setpoints.hold(this.withOthers(this.truth()));
  }

  /** Pushes a link at its origin: force (N) and torque (N m) in the base frame, for a time; replaces the push before. */
  applyWrench(link: string, force: ArrayLike<number>, torque: ArrayLike<number>, durationS: number): void {
    const values = Float64Array.of(force[0], force[1], force[2], torque[0], torque[1], torque[2]);
    if (!values.every(Number.isFinite)) reject('not-finite', 'wrench', 'six finite numbers', [...values]);
    this.release();
    this.wrench = { body: this.body(link), values, untilS: this.timeS + durationS };
  }

  advance(seconds: number): void {
    const steps = Math.max(1, Math.round(seconds / STEP_S));
    const { mujoco, model, data } = this.world;
    const [q, v] = [data.qpos as Float64Array, data.qvel as Float64Array];
    const torques = data.qfrc_applied as Float64Array;
    for (let k = 0; k < steps; k++) {
      this.push(data);
      const known = this.knownLoad(q, v);
      this.setpoints.at(this.timeS, this.command, this.rate);
      for (let i = 0; i < this.axes.length; i++) {
        const { servo, dof, inertia, effortLimit } = this.axes[i];
        const wanted = this.free
          ? -FREE_DRIVE_DAMPING_PER_S * v[dof]
          : servo.acceleration(this.command[i], this.rate[i], q[dof], v[dof], STEP_S);
        const torque = inertia * wanted + known.bias[dof] - known.passive[dof];
        torques[dof] = Math.max(-effortLimit, Math.min(effortLimit, torque));
      }
      mujoco.mj_step(model, data);
      this.stepsTaken++;
    }
    this.measure(torques);
  }

  reset(position: ArrayLike<number>): void {
    const { mujoco, model, data } = this.world;
    mujoco.mj_resetData(model, data);
    this.release();
    this.free = false;
    this.stepsTaken = 0;
    const q = data.qpos as Float64Array;
    for (let j = 0; j < this.addresses.length; j++) q[this.addresses[j]] = position[j];
    this.setpoints.hold(this.withOthers(position));
    for (const { servo } of this.axes) servo.reset();
    mujoco.mj_forward(model, data);
    this.measure(data.qfrc_applied as Float64Array);
  }

  /** Frees MuJoCo's memory. */
  delete(): void {
    if (this.known !== this.world) this.known.delete();
    this.world.delete();
  }

  private truth(): Float64Array {
    const q = this.world.data.qpos as Float64Array;
    return Float64Array.from(this.addresses, (at) => q[at]);
  }

  private withOthers(values: ArrayLike<number>): Float64Array {
    const all = new Float64Array(this.axes.length);
    for (let j = 0; j < this.addresses.length; j++) all[j] = values[j];
    return all;
  }

  private measure(torques: Float64Array): void {
    const { random, positionNoiseRad = 0 } = this.options;
    const [q, v] = [this.world.data.qpos as Float64Array, this.world.data.qvel as Float64Array];
    for (let j = 0; j < this.addresses.length; j++) {
      const at = this.addresses[j];
      this.position[j] = q[at] + (positionNoiseRad > 0 && random ? positionNoiseRad * random.gaussian() : 0);
      this.velocity[j] = v[at];
      this.effort[j] = torques[at];
    }
  }

  /** What the servos know of the torques that gravity, motion and viscous damping take at this state. */
  private knownLoad(q: Float64Array, v: Float64Array): { bias: Float64Array; passive: Float64Array } {
    const { mujoco, model, data } = this.known;
    if (this.known !== this.world) {
      (data.qpos as Float64Array).set(q);
      (data.qvel as Float64Array).set(v);
      mujoco.mj_forward(model, data);
    }
    return { bias: data.qfrc_bias as Float64Array, passive: data.qfrc_passive as Float64Array };
  }

  private push(data: MjData): void {
    if (!this.wrench) return;
    if (this.timeS >= this.wrench.untilS - 1e-9) return this.release();
    const { body, values } = this.wrench;
    const applied = data.xfrc_applied as Float64Array;
    const [origin, centre] = [data.xpos as Float64Array, data.xipos as Float64Array];
    const arm = [0, 1, 2].map((c) => origin[3 * body + c] - centre[3 * body + c]);
    for (let c = 0; c < 3; c++) {
      const [d, e] = [(c + 1) % 3, (c + 2) % 3];
      applied[6 * body + c] = values[c];
      // MuJoCo pushes at the centre of mass
      applied[6 * body + 3 + c] = values[3 + c] + arm[d] * values[e] - arm[e] * values[d];
    }
  }

  private release(): void {
    if (this.wrench) (this.world.data.xfrc_applied as Float64Array).fill(0);
    this.wrench = undefined;
  }

  private body(link: string): number {
    const body = this.world.links.indexOf(link);
    if (body < 0) reject('unknown', 'link', `one of ${this.world.links.join(', ')}`, link);
    return body;
  }
}

/** Inertia (kg m^2) that each of the joints sees where all stand at `start` (rad), the others at 0. */
export function jointInertias(
  mujoco: Mujoco,
  urdf: string,
  joints: readonly string[],
  start: ArrayLike<number>,
): number[] {
  const world = buildWorld(mujoco, urdf, { contacts: false });
  const q = new Float64Array(world.joints.length);
  joints.forEach((name, j) => (q[world.joints.indexOf(name)] = start[j]));
  const all = inertiasAt(world, q);
  world.delete();
  return joints.map((name) => all[world.joints.indexOf(name)]);
}

/** Diagonal of the mass matrix. */
function inertiasAt({ mujoco, model, data }: World, q: Float64Array): number[] {
  (data.qpos as Float64Array).set(q);
  mujoco.mj_forward(model, data);
  const matrix = new mujoco.DoubleBuffer(model.nv ** 2);
  mujoco.mj_fullM(model, data, matrix);
  const values = matrix.GetView() as Float64Array;
  const diagonal = Array.from({ length: model.nv }, (_, i) => values[i * (model.nv + 1)]);
  matrix.delete();
  return diagonal;
}

/** Degrees of freedom that follow another joint. */
function mimicDofs(model: MjModel): Set<number> {
  const objects = model.eq_obj1id as Int32Array;
  return new Set(Array.from({ length: model.neq }, (_, i) => model.jnt_dofadr[objects[i]] as number));
}
