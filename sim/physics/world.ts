import type { MjData, MjModel, MjSpec } from '@mujoco/mujoco' with { 'resolution-mode': 'import' };
import { InputError, reject } from '../../src/input_error.js';
import { STEP_S } from '../simulated_arm.js';
import type { Mujoco } from './mujoco.js';

/** What stands beside the robot description in the simulated world. */
export interface WorldOptions {
  /** Mass at the tool link's origin, kg; the servos do not know of it. */
  payload?: { link: string; massKg: number };
  /** Height of a floor, m; none where left out. */
  floorM?: number;
  /** Pairs of links that may overlap; neighbours in the chain and links that overlap at the start always may. */
  ignoreContacts?: readonly (readonly [string, string])[];
  /** Dry friction of joints by name, N m, instead of the description's. */
  frictionNm?: ReadonlyMap<string, number>;
  /** Rotor inertia seen through the gears of each joint, kg m^2 (kg for prismatic joints): 0.1 where left out. */
  armature?: number;
  /** Gravity along z, m/s^2 (-9.81). */
  gravityMPerS2?: number;
  /** No links touch each other or the floor. */
  contacts?: boolean;
}

/** A robot description as MuJoCo simulates it. Free with delete(). */
export interface World {
  mujoco: Mujoco;
  model: MjModel;
  data: MjData;
  /** Joint names in MuJoCo's order: index = position in qpos and qvel. */
  joints: string[];
  /** Links in MuJoCo's order (index = body). */
  links: string[];
  /** Collision shapes that were left out because they are meshes: their links. */
  meshLinks: string[];
  delete(): void;
}

/**
 * Builds the world: MuJoCo reads the URDF itself (masses, inertias, limits, effort limits, <dynamics>, mimic joints), all links
 * stay bodies of their own. Meshes are left out of contacts. @throws InputError where MuJoCo refuses the description.
 */
export function buildWorld(mujoco: Mujoco, urdf: string, options: WorldOptions = {}): World {
  const { text, meshLinks } = forMujoco(urdf);
  const model = new mujoco.MjModel(compiled(mujoco, text, options));
  const data = new mujoco.MjData(model);
  const names = (kind: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => mujoco.mj_id2name(model, kind, i));
  return {
    mujoco,
    model,
    data,
    joints: names(mujoco.mjtObj.mjOBJ_JOINT.value, model.njnt),
    links: names(mujoco.mjtObj.mjOBJ_BODY.value, model.nbody),
    meshLinks,
    delete: () => {
      data.delete();
      model.delete();
    },
  };
}

/** Each description, furnished in each way, is read once: MuJoCo keeps what it has read for good. */
const known = new WeakMap<Mujoco, Map<string, MjModel>>();

function compiled(mujoco: Mujoco, text: string, options: WorldOptions): MjModel {
  const { payload, floorM, ignoreContacts, frictionNm, armature, gravityMPerS2, contacts } = options;
  const friction = frictionNm && [...frictionNm];
  const way = [text, payload, floorM, ignoreContacts, friction, armature, gravityMPerS2, contacts];
  const key = JSON.stringify(way);
  const models = known.get(mujoco) ?? new Map<string, MjModel>();
  known.set(mujoco, models);
  let model = models.get(key);
  if (!model) {
    model = compile(mujoco, text, options, []);
    const overlapping = contacts === false ? [] : touching(mujoco, model);
    if (overlapping.length > 0) {
      model.delete();
      model = compile(mujoco, text, options, overlapping);
    }
    models.set(key, model);
  }
  return model;
}

/** The description with what MuJoCo's reader needs to keep it as it is; meshes, of which it has no files, taken out. */
function forMujoco(urdf: string): { text: string; meshLinks: string[] } {
  const meshLinks = new Set<string>();
  const bare = urdf
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<mujoco\b[\s\S]*?<\/mujoco>|<mujoco\b[^>]*\/>/g, '')
    .replace(/<visual\b[\s\S]*?<\/visual>/g, '');
  const text = bare.replace(/<collision\b[\s\S]*?<\/collision>/g, (shape, at: number) => {
    if (!/<mesh\b/.test(shape)) return shape;
    const [, name] = [...bare.slice(0, at).matchAll(/<link\b[^>]*\bname\s*=\s*["']([^"']*)/g)].at(-1) ?? [];
    if (name) meshLinks.add(name);
    return '';
  });
  const compiler =
    '<compiler fusestatic="false" balanceinertia="true" boundmass="1e-6" boundinertia="1e-9"/>';
  return {
    text: text.replace(/<\/robot>\s*$/, `<mujoco>${compiler}</mujoco></robot>`),
    meshLinks: [...meshLinks],
  };
}

function compile(
  mujoco: Mujoco,
  text: string,
  options: WorldOptions,
  overlapping: readonly (readonly [string, string])[],
): MjModel {
  let spec: MjSpec | undefined;
  try {
    spec = mujoco.parseXMLString(text);
    furnish(mujoco, spec, options, overlapping);
    return mujoco.mj_compile(spec);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    return reject('bad-description', 'robot description', 'a description that MuJoCo can simulate', said);
  } finally {
    spec?.delete();
  }
}

function furnish(
  mujoco: Mujoco,
  spec: MjSpec,
  {
    payload,
    floorM,
    ignoreContacts = [],
    frictionNm,
    armature = 0.1,
    gravityMPerS2 = -9.81,
    contacts = true,
  }: WorldOptions,
  overlapping: readonly (readonly [string, string])[],
): void {
  const { option } = spec;
  option.timestep = STEP_S;
  option.gravity.set([0, 0, gravityMPerS2]);
  option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST.value;
  option.enableflags |= mujoco.mjtEnableBit.mjENBL_ENERGY.value;
  if (!contacts) option.disableflags |= mujoco.mjtDisableBit.mjDSBL_CONTACT.value;
  const defaults = mujoco.mjs_getSpecDefault(spec)!;
  const joint = mujoco.mjtObj.mjOBJ_JOINT;
  for (let e = mujoco.mjs_firstElement(spec, joint); e; e = mujoco.mjs_nextElement(spec, e)) {
    const moving = mujoco.mjs_asJoint(e)!;
    moving.armature = armature;
    const friction = frictionNm?.get(mujoco.mjs_getName(e));
    if (friction !== undefined) moving.frictionloss = friction;
  }
  if (floorM !== undefined) {
    const plane = mujoco.mjs_addGeom(mujoco.mjs_findBody(spec, 'world')!, defaults)!;
    plane.type = mujoco.mjtGeom.mjGEOM_PLANE;
    plane.size.set([5, 5, 0.1]);
    plane.pos[2] = floorM;
  }
  if (payload && payload.massKg > 0) {
    const link = mujoco.mjs_findBody(spec, payload.link);
    if (!link) return void reject('unknown', 'payload link', 'a link of the robot description', payload.link);
    const body = mujoco.mjs_addBody(link, defaults)!;
    mujoco.mjs_setName(body.element, 'payload');
    body.explicitinertial = true;
    body.mass = payload.massKg;
    // a ball of 5 cm radius
    body.inertia.fill(0.4 * payload.massKg * 0.05 ** 2);
  }
  for (const [a, b] of [...ignoreContacts, ...overlapping]) {
    if (!mujoco.mjs_findBody(spec, a) || !mujoco.mjs_findBody(spec, b)) continue;
    const exclude = mujoco.mjs_addExclude(spec)!;
    exclude.bodyname1 = a;
    exclude.bodyname2 = b;
  }
}

/** Pairs of links that touch where all joints are 0. */
function touching(mujoco: Mujoco, model: MjModel): [string, string][] {
  const data = new mujoco.MjData(model);
  mujoco.mj_forward(model, data);
  const contacts = data.contact;
  const name = (geom: number): string =>
    mujoco.mj_id2name(model, mujoco.mjtObj.mjOBJ_BODY.value, model.geom_bodyid[geom]);
  const pairs: [string, string][] = [];
  for (let i = 0; i < data.ncon; i++) {
    const contact = contacts.get(i)!;
    const [a, b] = [name(contact.geom1), name(contact.geom2)];
    if (a !== 'world' && b !== 'world') pairs.push([a, b]);
  }
  contacts.delete();
  data.delete();
  return pairs;
}
