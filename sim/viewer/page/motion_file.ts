import type { Profile } from '../../../src/arm/kinematics/profile.js';
import { csvToData } from '../../../src/arm/target/csv.js';
import { parseTarget } from '../../../src/arm/target/parse.js';
import type { Target } from '../../../src/arm/target/target.js';
import { wireTarget, type WireTarget } from '../protocol.js';
import { evenRows } from './smooth.js';

/** Most rows that go out. */
const MOST_ROWS = 1000;

/**
 * A motion of a file's text (TARGET as JSON or CSV), checked against the arm.
 * @throws InputError naming the field that is wrong; SyntaxError where JSON is broken.
 */
export function motionOf(text: string, name: string, profile: Profile): WireTarget {
  return motionOfData(name.endsWith('.csv') ? csvToData(text) : JSON.parse(text), profile);
}

/** The same of what a file holds. */
export function motionOfData(data: unknown, profile: Profile): WireTarget {
  const target = parseTarget(data, profile);
  const { comment: _comment, name: _name, ...fields } = data as Record<string, unknown>;
  const wire = wireTarget.safeParse(fields);
  if (wire.success) return wire.data;
  return onEvenSteps(target);
}

/** A motion with times of its own, or with more rows than go out, on even steps. */
export function onEvenSteps(target: Target): WireTarget {
  const timesS = Array.from(target.timesS);
  const flat = target.kind === 'joints' ? target.angles : target.points;
  const width = flat.length / timesS.length;
  const rows = timesS.map((_, k) => Array.from(flat.subarray(k * width, (k + 1) * width)));
  const count = Math.min(MOST_ROWS, Math.max(2, rows.length));
  const even = evenRows(timesS, rows, count);
  const dt = (timesS[timesS.length - 1] - timesS[0]) / (count - 1);
  return target.kind === 'joints'
    ? { dt, joints: [...target.joints], positions: even }
    : { dt, path: even as [number, number, number][] };
}

/** Seconds that a motion takes. */
export function secondsOf(target: WireTarget): number {
  const rows =
    'path' in target
      ? target.path
      : 'poses' in target
        ? target.poses
        : 'positions' in target
          ? target.positions
          : target.velocities;
  return target.dt * ('velocities' in target ? rows.length : rows.length - 1);
}
