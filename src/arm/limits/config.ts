import { describe, reject } from '../../input_error.js';
import type { Vector3 } from '../urdf/model.js';

/** Content of a joint_limits YAML, checked. */
export interface LimitsConfig {
  joints: Record<
    string,
    { lower?: number; upper?: number; velocity?: number; acceleration?: number; jerk?: number }
  >;
  /** Distance that planned motions keep from position limits, rad. */
  softMargin: number;
  workspace: Workspace | null;
  selfCollision: { clearance: number; ignore: readonly (readonly [string, string])[] } | null;
}

/** Where the arm may be, base frame, m. */
export interface Workspace {
  /** Box of the tool-centre-point. */
  min: Vector3;
  max: Vector3;
  /** Height that no part of a moving link goes below; null: no floor. */
  floor: number | null;
}

const kinds = ['position', 'velocity', 'acceleration', 'jerk'] as const;

/**
 * Checks the content of a joint_limits YAML (MoveIt's layout: joint_limits.JOINT.has_X_limits, max_X, min_position), with
 * soft_margin, workspace {min, max, floor} and self_collision {clearance, ignore} beside it. The layout of ROS parameter
 * files ("/**": {ros__parameters: ..}) around it is looked through.
 * @throws InputError naming the field.
 */
export function parseLimitsConfig(data: unknown): LimitsConfig {
  const top = object(unwrap(data), 'content', ['joint_limits', 'soft_margin', 'workspace', 'self_collision']);
  const joints: LimitsConfig['joints'] = {};
  for (const [name, entry] of Object.entries(
    top.joint_limits === undefined ? {} : object(top.joint_limits, 'joint_limits'),
  ))
    joints[name] = jointEntry(entry, `joint_limits.${name}`);
  const softMargin = top.soft_margin === undefined ? 0 : number(top.soft_margin, 'soft_margin', 0);
  return {
    joints,
    softMargin,
    workspace: top.workspace === undefined ? null : workspace(top.workspace),
    selfCollision: top.self_collision === undefined ? null : selfCollision(top.self_collision),
  };
}

function jointEntry(data: unknown, field: string): LimitsConfig['joints'][string] {
  const known = kinds.flatMap((k) => [`has_${k}_limits`, `max_${k}`]).concat('min_position');
  const entry = object(data, field, known);
  const value = (kind: (typeof kinds)[number], bound: 'max' | 'min'): number | undefined => {
    const flag = entry[`has_${kind}_limits`] ?? entry[`${bound}_${kind}`] !== undefined;
    if (typeof flag !== 'boolean') reject('wrong-type', `${field}.has_${kind}_limits`, 'true or false', flag);
    if (!flag) return undefined;
    const least = kind === 'position' ? -Infinity : Number.MIN_VALUE;
    return number(entry[`${bound}_${kind}`], `${field}.${bound}_${kind}`, least);
  };
  return {
    lower: value('position', 'min'),
    upper: value('position', 'max'),
    velocity: value('velocity', 'max'),
    acceleration: value('acceleration', 'max'),
    jerk: value('jerk', 'max'),
  };
}

function workspace(data: unknown): Workspace {
  const { min, max, floor } = object(data, 'workspace', ['min', 'max', 'floor']);
  const box = { min: vector(min, 'workspace.min'), max: vector(max, 'workspace.max') };
  const empty = [0, 1, 2].find((i) => !(box.min[i] < box.max[i]));
  if (empty !== undefined)
    reject('out-of-range', `workspace.max[${empty}]`, `more than workspace.min[${empty}]`, box.max[empty]);
  return {
    ...box,
    floor: floor === undefined || floor === null ? null : number(floor, 'workspace.floor', -Infinity),
  };
}

function selfCollision(data: unknown): LimitsConfig['selfCollision'] {
  const { clearance, ignore } = object(data, 'self_collision', ['clearance', 'ignore']);
  const pairs = ignore ?? [];
  if (!Array.isArray(pairs))
    reject('wrong-type', 'self_collision.ignore', 'an array of pairs of links', pairs);
  return {
    clearance: clearance === undefined ? 0 : number(clearance, 'self_collision.clearance', 0),
    ignore: pairs.map((pair: unknown, i) =>
      Array.isArray(pair) && pair.length === 2 && pair.every((l) => typeof l === 'string')
        ? (pair as [string, string])
        : reject('wrong-type', `self_collision.ignore[${i}]`, 'two link names', pair),
    ),
  };
}

function unwrap(data: unknown): unknown {
  let inner = data;
  for (const key of ['/**', 'ros__parameters'])
    if (typeof inner === 'object' && inner !== null && key in inner)
      inner = (inner as Record<string, unknown>)[key];
  return inner;
}

function object(data: unknown, field: string, known?: readonly string[]): Record<string, unknown> {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    reject('wrong-type', field, `a mapping${known ? ` of ${known.join(', ')}` : ''}`, data);
  const unknown = known && Object.keys(data).find((k) => !known.includes(k));
  if (unknown !== undefined && known)
    reject(
      'unknown-field',
      field === 'content' ? unknown : `${field}.${unknown}`,
      `one of ${known.join(', ')}`,
      'another',
    );
  return data as Record<string, unknown>;
}

function number(value: unknown, field: string, least: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least)
    reject(
      value === undefined ? 'missing-field' : 'out-of-range',
      field,
      least === -Infinity ? 'a finite number' : least > 0 ? 'a number above 0' : 'a number of at least 0',
      value === undefined ? 'nothing' : value,
    );
  return value;
}

function vector(value: unknown, field: string): Vector3 {
  if (!Array.isArray(value) || value.length !== 3)
    reject(
      'wrong-length',
      field,
      'three numbers',
      Array.isArray(value) ? `${value.length}` : describe(value),
    );
  return value.map((x: unknown, i) => number(x, `${field}[${i}]`, -Infinity)) as unknown as Vector3;
}
