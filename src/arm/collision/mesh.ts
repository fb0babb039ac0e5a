import { reject } from '../../input_error.js';
import { ConvexShape } from './convex.js';
import { distance } from './distance.js';

/** Points whose convex hull, thickened by `skin` (m), holds a mesh. */
export interface Hull {
  /** x, y, z of each, m. */
  points: Float64Array;
  skin: number;
}

/** More points than this are thinned out. */
const mostPoints = 300;
/** Directions that a thinned hull is exact in. */
const directions = 160;

/**
 * Corners of a mesh: STL (binary or text) or OBJ. @param name tells the format by its ending. @throws InputError for another
 * format, and where there are no corners or some are no numbers.
 */
export function meshCorners(data: Uint8Array, name: string): Float64Array {
  const field = `mesh ${name}`;
  const ending = /\.(\w+)$/.exec(name)?.[1].toLowerCase();
  if (ending !== 'stl' && ending !== 'obj')
    reject('unsupported', field, 'an STL or OBJ file, or primitive collision shapes', ending ?? 'no ending');
  const corners = (ending === 'stl' ? binaryStl(data) : null) ?? textCorners(data, ending);
  if (corners.length === 0) reject('empty', field, 'triangles', 'none');
  if (!corners.every(Number.isFinite)) reject('not-finite', field, 'finite coordinates', 'others');
  return corners;
}

/** Three corners of each facet, or null where the length does not fit the count of facets: then it is text. */
function binaryStl(data: Uint8Array): Float64Array | null {
  if (data.length < 84) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const facets = view.getUint32(80, true);
  if (data.length !== 84 + 50 * facets) return null;
  // a facet: normal, three corners, 2 bytes
  return Float64Array.from({ length: 9 * facets }, (_, i) =>
    view.getFloat32(84 + 50 * Math.floor(i / 9) + 12 + 4 * (i % 9), true),
  );
}

function textCorners(data: Uint8Array, ending: 'stl' | 'obj'): Float64Array {
  const line = ending === 'stl' ? /^\s*vertex\s+(.*)$/gm : /^v\s+(.*)$/gm;
  const out: number[] = [];
  for (const [, numbers] of new TextDecoder().decode(data).matchAll(line))
    for (const x of numbers.trim().split(/\s+/).slice(0, 3)) out.push(Number(x));
  return Float64Array.from(out);
}

/**
 * A hull that holds all corners. Of many corners those furthest along directions all round are kept, and the hull is thickened
 * by as much as any other stands out of it: never too small.
 */
export function hullOf(corners: Float64Array): Hull {
  const all = new Map<string, number>();
  for (let i = 0; i < corners.length; i += 3) all.set(`${corners[i]} ${corners[i + 1]} ${corners[i + 2]}`, i);
  const starts = [...all.values()];
  const pick = (list: Iterable<number>): Float64Array =>
    Float64Array.from([...list].flatMap((i) => [corners[i], corners[i + 1], corners[i + 2]]));
  if (starts.length <= mostPoints) return { points: pick(starts), skin: 0 };
  const kept = new Set<number>();
  for (let k = 0; k < directions; k++) {
    // evenly over the sphere (Fibonacci)
    const z = 1 - (2 * k + 1) / directions;
    const r = Math.sqrt(1 - z * z);
    const [x, y] = [r * Math.cos(2.399963229728653 * k), r * Math.sin(2.399963229728653 * k)];
    let [best, furthest] = [starts[0], -Infinity];
    for (const i of starts) {
      const along = x * corners[i] + y * corners[i + 1] + z * corners[i + 2];
      if (along > furthest) [best, furthest] = [i, along];
    }
    kept.add(best);
  }
  const points = pick(kept);
  const origin = { xyz: [0, 0, 0] as const, rpy: [0, 0, 0] as const };
  const hull = new ConvexShape({ kind: 'hull', points, skin: 0, origin });
  let skin = 0;
  for (const i of starts) {
    if (kept.has(i)) continue;
    const corner = new ConvexShape({ kind: 'hull', points: corners.subarray(i, i + 3), skin: 0, origin });
    skin = Math.max(skin, distance(hull, corner));
  }
  return { points, skin };
}
