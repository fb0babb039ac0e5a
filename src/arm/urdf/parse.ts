import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { InputError, reject } from '../../input_error.js';
import type { Joint, Link, Origin, RobotModel, Shape, Vector3 } from './model.js';

type Element = Record<string, unknown>;

const lists = new Set(['robot.link', 'robot.joint', 'robot.link.collision', 'robot.link.visual']);
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (_, path) => lists.has(String(path)),
});

/**
 * Reads a robot description.
 * @param xml URDF text (xacro already expanded).
 * @throws InputError naming the element: not XML, missing or repeated names, unknown links, loops, numbers that are none,
 * joints that move without limits, axes of length 0.
 */
export function parseUrdf(xml: string): RobotModel {
  const valid = XMLValidator.validate(xml);
  if (valid !== true)
    throw new InputError({
      code: 'not-xml',
      field: `line ${valid.err.line}`,
      expected: 'XML',
      received: valid.err.msg,
    });
  let content: Element;
  try {
    content = parser.parse(xml) as Element;
  } catch (error) {
    return reject('not-xml', 'content', 'well-formed XML', (error as Error).message);
  }
  const robot = content.robot as Element | undefined;
  if (typeof robot !== 'object') reject('missing-element', 'robot', 'a <robot> element', 'none');
  const macro = Object.keys(robot).find((k) => k.startsWith('xacro:'));
  if (macro) reject('unsupported', 'robot', 'plain URDF (run xacro on it first)', `<${macro}>`);
  const links = new Map<string, Link>();
  for (const element of children(robot, 'link')) {
    const name = attribute(element, 'name', 'link');
    if (links.has(name)) reject('duplicate-name', `link ${name}`, 'each link once', 'twice');
    links.set(name, {
      name,
      collisions: children(element, 'collision').map((c, i) => shape(c, `link ${name} > collision ${i + 1}`)),
    });
  }
  if (links.size === 0) reject('missing-element', 'robot', 'at least one <link>', 'none');
  const joints = children(robot, 'joint').map(joint);
  const { root, sorted } = tree(links, joints);
  return { name: text(robot['@name']) ?? '', root, links, joints: sorted };
}

function joint(element: Element): Joint {
  const name = attribute(element, 'name', 'joint');
  const where = `joint ${name}`;
  const type = attribute(element, 'type', where);
  if (type !== 'revolute' && type !== 'continuous' && type !== 'prismatic' && type !== 'fixed')
    reject('unsupported', `${where} type`, 'revolute, continuous, prismatic or fixed', type);
  const given = child(element, 'axis')
    ? vector(child(element, 'axis')!, 'xyz', `${where} > axis`)
    : [1, 0, 0];
  const norm = Math.hypot(...given);
  if (norm < 1e-9)
    reject('out-of-range', `${where} > axis xyz`, 'a vector of length above 0', given.join(' '));
  const mimic = child(element, 'mimic');
  return {
    name,
    type,
    parent: attribute(child(element, 'parent'), 'link', `${where} > parent`),
    child: attribute(child(element, 'child'), 'link', `${where} > child`),
    origin: origin(element, where),
    axis: given.map((x) => x / norm) as unknown as Vector3,
    limit: limit(element, type, where),
    soft: soft(element, where),
    mimic: mimic
      ? {
          joint: attribute(mimic, 'joint', `${where} > mimic`),
          multiplier: number(mimic, 'multiplier', `${where} > mimic`, 1),
          offset: number(mimic, 'offset', `${where} > mimic`, 0),
        }
      : null,
  };
}

function limit(element: Element, type: Joint['type'], where: string): Joint['limit'] {
  if (type === 'fixed') return null;
  const field = `${where} > limit`;
  const given = child(element, 'limit');
  const bounded = type !== 'continuous';
  if (!given) {
    if (bounded) reject('missing-element', field, 'a <limit> element', 'none');
    return { lower: -Infinity, upper: Infinity, velocity: Infinity, effort: Infinity };
  }
  const lower = bounded ? number(given, 'lower', field, 0) : -Infinity;
  const upper = bounded ? number(given, 'upper', field, 0) : Infinity;
  const velocity = number(given, 'velocity', field);
  const effort = number(given, 'effort', field);
  if (lower > upper) reject('out-of-range', `${field} upper`, `at least lower (${lower})`, upper);
  if (velocity < 0) reject('out-of-range', `${field} velocity`, 'at least 0', velocity);
  if (effort < 0) reject('out-of-range', `${field} effort`, 'at least 0', effort);
  return { lower, upper, velocity, effort };
}

function soft(element: Element, where: string): Joint['soft'] {
  const given = child(element, 'safety_controller');
  if (!given) return null;
  const bound = (name: string, none: number) =>
    given[`@${name}`] === undefined ? none : number(given, name, `${where} > safety_controller`);
  return { lower: bound('soft_lower_limit', -Infinity), upper: bound('soft_upper_limit', Infinity) };
}

function shape(element: Element, where: string): Shape {
  const geometry = child(element, 'geometry');
  const field = `${where} > geometry`;
  const at = { origin: origin(element, where) };
  const size = (e: Element, name: string) => {
    const x = number(e, name, field);
    return x > 0 ? x : reject('out-of-range', `${field} ${name}`, 'more than 0', x);
  };
  const box = geometry && child(geometry, 'box');
  if (box) {
    const sides = vector(box, 'size', `${field} > box`);
    if (sides.some((x) => !(x > 0)))
      reject('out-of-range', `${field} > box size`, 'sides above 0', sides.join(' '));
    return { ...at, kind: 'box', size: sides };
  }
  const cylinder = geometry && child(geometry, 'cylinder');
  if (cylinder)
    return { ...at, kind: 'cylinder', radius: size(cylinder, 'radius'), length: size(cylinder, 'length') };
  const sphere = geometry && child(geometry, 'sphere');
  if (sphere) return { ...at, kind: 'sphere', radius: size(sphere, 'radius') };
  const mesh = geometry && child(geometry, 'mesh');
  if (mesh)
    return {
      ...at,
      kind: 'mesh',
      filename: attribute(mesh, 'filename', `${field} > mesh`),
      scale: mesh['@scale'] === undefined ? [1, 1, 1] : vector(mesh, 'scale', `${field} > mesh`),
      fault: '',
    };
  return reject('missing-element', field, 'a box, cylinder, sphere or mesh', 'none of them');
}

/** Joints in order from the root, and the root itself. */
function tree(links: Map<string, Link>, joints: Joint[]): { root: string; sorted: Joint[] } {
  const names = new Map(joints.map((j) => [j.name, j]));
  const parentJoint = new Map<string, Joint>();
  for (const j of joints) {
    if (names.get(j.name) !== j) reject('duplicate-name', `joint ${j.name}`, 'each joint once', 'twice');
    for (const end of ['parent', 'child'] as const)
      if (!links.has(j[end]))
        reject('unknown-link', `joint ${j.name} > ${end} link`, 'a link of this robot', j[end]);
    if (j.mimic && !names.has(j.mimic.joint))
      reject('unknown-joint', `joint ${j.name} > mimic joint`, 'a joint of this robot', j.mimic.joint);
    const other = parentJoint.get(j.child);
    if (other)
      reject(
        'not-a-tree',
        `joint ${j.name} > child link`,
        `a link that joint ${other.name} has not taken`,
        j.child,
      );
    parentJoint.set(j.child, j);
  }
  const roots = [...links.keys()].filter((l) => !parentJoint.has(l));
  if (roots.length !== 1)
    reject('not-a-tree', 'robot', 'exactly one link that is no joint’s child', roots.join(', ') || 'none');
  const sorted: Joint[] = [];
  const visit = (link: string): void => {
    for (const j of joints)
      if (j.parent === link) {
        sorted.push(j);
        visit(j.child);
      }
  };
  visit(roots[0]);
  if (sorted.length !== joints.length)
    reject('not-a-tree', 'robot', `all joints connected to link ${roots[0]}`, 'a loop apart from it');
  return { root: roots[0], sorted };
}

function origin(element: Element, where: string): Origin {
  const given = child(element, 'origin');
  if (!given) return { xyz: [0, 0, 0], rpy: [0, 0, 0] };
  const part = (name: string): Vector3 =>
    given[`@${name}`] === undefined ? [0, 0, 0] : vector(given, name, `${where} > origin`);
  return { xyz: part('xyz'), rpy: part('rpy') };
}

function children(element: Element, name: string): Element[] {
  const value = element[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((v) => (typeof v === 'object' && v !== null ? v : {}));
}

function child(element: Element, name: string): Element | undefined {
  return children(element, name)[0];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function attribute(element: Element | undefined, name: string, where: string): string {
  const value = text(element?.[`@${name}`]);
  if (!value)
    reject('missing-attribute', `${where} ${name}`, `a ${name} attribute`, value === '' ? '""' : 'none');
  return value;
}

function number(element: Element, name: string, where: string, fallback?: number): number {
  const value = text(element[`@${name}`]);
  if (value === undefined && fallback !== undefined) return fallback;
  const x = Number(value);
  if (value === undefined || value.trim() === '' || !Number.isFinite(x))
    reject('not-finite', `${where} ${name}`, 'a finite number', value ?? 'none');
  return x;
}

function vector(element: Element, name: string, where: string): Vector3 {
  const value = text(element[`@${name}`]) ?? '';
  const parts = value.trim().split(/\s+/).map(Number);
  if (parts.length !== 3 || !parts.every(Number.isFinite) || value.trim() === '')
    reject('wrong-length', `${where} ${name}`, 'three finite numbers', value);
  return parts as unknown as Vector3;
}
