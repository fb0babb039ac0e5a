import { describe, InputError, reject } from '../../input_error.js';
import type { Profile } from '../kinematics/profile.js';
import { csvToData } from './csv.js';
import { maxDurationS, maxSamples, type PoseTarget, type Target } from './target.js';
import { type RowTimes, rowTimes } from './times.js';

const kinds = ['velocities', 'positions', 'path', 'poses'] as const;
const known = new Set<string>(['dt', 't', 'joints', 'start', 'name', 'comment', ...kinds]);

/** How a target may be given. */
export interface ParseOptions {
  /** Longest step between rows with times of their own, s (default: 5 median steps, at least 0.1 s). */
  maxGapS?: number;
}

/**
 * A TARGET's content: {"dt": s, "joints": [names], "velocities" | "positions": rows} or {"dt": s, "path": [[x, y, z], ..]}
 * or {"dt": s, "poses": [[x, y, z, qx, qy, qz, qw], ..]}.
 * - velocities: row i holds rad/s during step i, so n rows last n dt; the motion starts at `start` (rad, one a joint;
 *   default: the profile's start angles).
 * - positions, path, poses: row i is where the arm is at time i dt, so n rows last (n - 1) dt; the motion starts at the first row.
 * Instead of dt, `t` may give a time a row, s (recordings with jitter; a velocity row lasts until the next row's time).
 * Joints may come in any order; every learned joint must be there, held joints may be if they do hold still.
 * @throws InputError naming the field, for anything else.
 */
export function parseTarget(data: unknown, profile: Profile, options: ParseOptions = {}): Target {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    reject(
      'not-an-object',
      'target',
      'an object {dt, joints, velocities | positions}, {dt, path} or {dt, poses}',
      data,
    );
  const fields = data as Record<string, unknown>;
  const unknownField = Object.keys(fields).find((k) => !known.has(k));
  if (unknownField !== undefined)
    reject('unknown-field', unknownField, `one of ${[...known].join(', ')}`, 'another field');
  const given = kinds.filter((k) => fields[k] !== undefined);
  if (given.length !== 1)
    reject(
      given.length ? 'ambiguous' : 'missing-field',
      'target',
      `exactly one of ${kinds.join(', ')}`,
      given.length ? given.join(' and ') : 'none of them',
    );
  const clock = clockOf(fields, options.maxGapS);
  if (given[0] === 'path') return parsePath(fields, clock);
  return given[0] === 'poses' ? parsePoses(fields, clock) : parseJoints(fields, clock, given[0], profile);
}

/** When a target's rows are: so many seconds apart, or each at its time. */
export type Clock = number | RowTimes;

/** The clock of a target's fields `dt` or `t`. @throws InputError: neither, both, or times that will not do. */
export function clockOf(fields: Record<string, unknown>, maxGapS?: number): Clock {
  if (fields.t === undefined) return positive(fields.dt);
  if (fields.dt !== undefined) reject('ambiguous', 't', 'either dt or t', 'both');
  if (!Array.isArray(fields.t)) reject('wrong-type', 't', 'an array of times in s, one a row', fields.t);
  if (fields.t.length > maxSamples)
    reject('too-long', 't', `at most ${maxSamples} times`, `${fields.t.length}`);
  return rowTimes(fields.t, maxGapS);
}

/** Times of `count` rows, s; with `last`, one more: when the last row's step ends. @throws InputError for too long a duration. */
function timesOf(clock: Clock, count: number, last = false): Float64Array {
  const end = last ? 1 : 0;
  if (typeof clock === 'number') {
    checkDuration((count - 1 + end) * clock);
    return Float64Array.from({ length: count + end }, (_, i) => i * clock);
  }
  const { timesS, stepS } = clock;
  if (timesS.length !== count) reject('wrong-length', 't', `${count} times, one a row`, `${timesS.length}`);
  checkDuration(timesS[count - 1] + end * stepS);
  return last ? Float64Array.from([...timesS, timesS[count - 1] + stepS]) : timesS;
}

/** The same from a file's text. @throws InputError (code not-json) where JSON is broken. */
export function parseTargetText(text: string, format: 'json' | 'csv', profile: Profile): Target {
  if (format === 'csv') return parseTarget(csvToData(text), profile);
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new InputError({
      code: 'not-json',
      field: 'content',
      expected: 'JSON',
      received: text.trim() === '' ? 'nothing' : (error as Error).message,
    });
  }
  return parseTarget(data, profile);
}

function parseJoints(
  fields: Record<string, unknown>,
  clock: Clock,
  kind: 'velocities' | 'positions',
  profile: Profile,
): Target {
  const columns = jointColumns(fields.joints, profile);
  const n = profile.learned;
  const width = columns.length;
  const rows = parseRows(fields[kind], kind, width);
  const count = rows.length / width;
  const timesS = timesOf(clock, count, kind === 'velocities');
  columns.forEach((joint, c) => {
    if (joint >= n) requireStill(rows, width, c, kind, profile.joints[joint]);
  });
  if (kind === 'velocities') {
    const start = startAngles(fields.start, columns, profile);
    const angles = new Float64Array((count + 1) * n);
    angles.set(start);
    columns.forEach((joint, c) => {
      if (joint < n)
        for (let i = 0; i < count; i++)
          angles[(i + 1) * n + joint] =
            angles[i * n + joint] + (timesS[i + 1] - timesS[i]) * rows[i * width + c];
    });
    return { kind: 'joints', joints: profile.joints.slice(0, n), timesS, angles };
  }
  if (fields.start !== undefined)
    reject('unknown-field', 'start', 'no such field beside positions: they start at their first row', 'one');
  const angles = new Float64Array(count * n);
  columns.forEach((joint, c) => {
    if (joint < n) for (let i = 0; i < count; i++) angles[i * n + joint] = rows[i * width + c];
  });
  return { kind: 'joints', joints: profile.joints.slice(0, n), timesS, angles };
}

function parsePoses(fields: Record<string, unknown>, clock: Clock): Target {
  refuseJoints(fields, 'poses');
  const rows = parseRows(fields.poses, 'poses', 7);
  const count = rows.length / 7;
  return poseTarget(timesOf(clock, count), rows, (i) => `poses[${i}]`);
}

/** Farthest that a quaternion's length may be from 1. */
const quaternionSlack = 0.05;

/** A target of poses (rows of x, y, z, qx, qy, qz, qw). @throws InputError where a quaternion is none. */
export function poseTarget(
  timesS: Float64Array,
  rows: Float64Array,
  field: (row: number) => string,
): PoseTarget {
  const count = timesS.length;
  const points = new Float64Array(3 * count);
  const orientations = new Float64Array(4 * count);
  for (let i = 0; i < count; i++) {
    points.set(rows.subarray(7 * i, 7 * i + 3), 3 * i);
    const q = rows.subarray(7 * i + 3, 7 * i + 7);
    const norm = Math.hypot(...q);
    if (!(Math.abs(norm - 1) <= quaternionSlack))
      reject(
        'not-a-quaternion',
        field(i),
        'a quaternion qx, qy, qz, qw of length 1',
        `one of length ${norm.toFixed(3)}`,
      );
    for (let c = 0; c < 4; c++) orientations[4 * i + c] = q[c] / norm;
  }
  return { kind: 'poses', timesS, points, orientations };
}

function refuseJoints(fields: Record<string, unknown>, kind: string): void {
  for (const field of ['joints', 'start'])
    if (fields[field] !== undefined)
      reject('unknown-field', field, `no such field beside ${kind}: joint angles follow from it`, 'one');
}

function parsePath(fields: Record<string, unknown>, clock: Clock): Target {
  refuseJoints(fields, 'path');
  const points = parseRows(fields.path, 'path', 3);
  const count = points.length / 3;
  return { kind: 'path', timesS: timesOf(clock, count), points };
}

function positive(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
    reject(
      value === undefined ? 'missing-field' : 'not-positive',
      'dt',
      'a number of seconds above 0',
      value === undefined ? 'nothing' : value,
    );
  return value;
}

/** Index into profile.joints of each column. */
function jointColumns(value: unknown, profile: Profile): number[] {
  const wanted = `names among ${profile.joints.join(', ')}`;
  if (!Array.isArray(value))
    reject(value === undefined ? 'missing-field' : 'wrong-type', 'joints', `an array of ${wanted}`, value);
  const columns = value.map((name: unknown, i) => {
    const index = profile.joints.indexOf(name as string);
    if (index < 0) reject('unknown-joint', `joints[${i}]`, `one of ${profile.joints.join(', ')}`, name);
    return index;
  });
  const twice = columns.findIndex((c, i) => columns.indexOf(c) !== i);
  if (twice >= 0) reject('duplicate-joint', `joints[${twice}]`, 'each joint once', value[twice]);
  for (let j = 0; j < profile.learned; j++)
    if (!columns.includes(j))
      reject(
        'missing-joint',
        'joints',
        `${profile.joints.slice(0, profile.learned).join(' and ')} among them`,
        value.length ? value.join(', ') : 'none',
      );
  return columns;
}

function parseRows(value: unknown, field: string, width: number): Float64Array {
  if (!Array.isArray(value)) reject('wrong-type', field, `an array of rows of ${width} numbers`, value);
  if (value.length < 2) reject('too-short', field, 'at least 2 rows', `${value.length}`);
  if (value.length > maxSamples) reject('too-long', field, `at most ${maxSamples} rows`, `${value.length}`);
  const out = new Float64Array(value.length * width);
  for (let i = 0; i < value.length; i++) {
    const row: unknown = value[i];
    if (!Array.isArray(row) || row.length !== width)
      reject(
        'wrong-length',
        `${field}[${i}]`,
        `${width} numbers`,
        Array.isArray(row) ? `${row.length}` : row,
      );
    for (let c = 0; c < width; c++) {
      const x: unknown = row[c];
      if (typeof x !== 'number' || !Number.isFinite(x))
        reject('not-finite', `${field}[${i}][${c}]`, 'a finite number', x);
      out[i * width + c] = x;
    }
  }
  return out;
}

function startAngles(value: unknown, columns: number[], profile: Profile): number[] {
  const start = [...profile.startAngles];
  if (value === undefined) return start;
  if (!Array.isArray(value) || value.length !== columns.length)
    reject('wrong-length', 'start', `${columns.length} angles in rad, one a joint`, value);
  columns.forEach((joint, c) => {
    const x: unknown = value[c];
    if (typeof x !== 'number' || !Number.isFinite(x))
      reject('not-finite', `start[${c}]`, 'a finite number', x);
    if (joint < profile.learned) start[joint] = x;
  });
  return start;
}

/** A joint that is not learned may be named only if it does not move. */
function requireStill(rows: Float64Array, width: number, c: number, kind: string, joint: string): void {
  const still = kind === 'velocities' ? 0 : rows[c];
  for (let i = 0; i * width < rows.length; i++)
    if (Math.abs(rows[i * width + c] - still) > 1e-3)
      reject(
        'not-learned',
        `${kind}[${i}][${c}]`,
        `${joint} held still: it is not among the learned joints`,
        rows[i * width + c],
      );
}

/** @throws InputError where a duration is too long to be meant. */
export function checkDuration(durationS: number): void {
  if (!(durationS <= maxDurationS))
    reject('too-long', 'dt', `a duration of at most ${maxDurationS} s in all`, `${describe(durationS)} s`);
}
