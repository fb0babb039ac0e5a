import { reject } from '../../input_error.js';

/**
 * A target as CSV, turned into the data that JSON would hold. Two layouts:
 * - a table with a header: `t` (s, growing) or `dt` (s, the same in each row), then `velocities.JOINT`,
 *   `positions.JOINT`, `path.x`, `path.y`, `path.z`, or `poses.x`, `.y`, `.z`, `.qx`, `.qy`, `.qz`, `.qw`;
 * - the JSON's fields as lines: `dt,0.01`, `joints,base_joint,shoulder`, then `velocities`, `positions`, `path` or `poses` on a line
 *   of its own, and a row a line after it.
 * Empty lines and lines that start with # are skipped. Numbers are checked where JSON's are (parseTarget).
 */
export function csvToData(text: string): unknown {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, i) => ({
      number: i + 1,
      cells: line.split(',').map((c) => c.trim().replace(/^"(.*)"$/, '$1')),
    }))
    .filter(({ cells }) => !(cells.length === 1 && cells[0] === '') && !cells[0].startsWith('#'));
  if (lines.length === 0) reject('empty', 'content', 'a header and rows', 'nothing');
  return lines[0].cells.some((c) => /^(velocities|positions|path|poses)\./.test(c))
    ? table(lines)
    : sections(lines);
}

interface Line {
  number: number;
  cells: string[];
}

const toNumber = (cell: string): unknown =>
  cell !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell;

function table([header, ...lines]: Line[]): unknown {
  const names = header.cells;
  const clock = names.findIndex((n) => n === 't' || n === 'dt');
  if (clock < 0) reject('missing-field', 'header', 'a column t or dt', names.join(', '));
  const columns = names.flatMap((_, i) => (i === clock ? [] : [i]));
  const parts = columns.map((i) => {
    const dot = names[i].indexOf('.');
    return dot < 0
      ? reject('unknown-field', 'header', 'velocities., positions., path. or poses. and a name', names[i])
      : [names[i].slice(0, dot), names[i].slice(dot + 1)];
  });
  const kind = parts[0][0];
  const other = parts.find(([k]) => k !== kind);
  if (other) reject('ambiguous', 'header', `only ${kind} columns`, other.join('.'));
  const cells = lines.map(({ cells, number }) =>
    cells.length === names.length
      ? cells.map(toNumber)
      : reject('wrong-length', `line ${number}`, `${names.length} cells`, `${cells.length}`),
  );
  const time =
    names[clock] === 'dt'
      ? { dt: constant(cells, clock, lines) }
      : {
          t: cells.map((row, i) =>
            typeof row[clock] === 'number'
              ? row[clock]
              : reject('not-finite', `line ${lines[i].number}`, 'a time in s', row[clock]),
          ),
        };
  const labels = parts.map(([, name]) => name);
  const axes = { path: ['x', 'y', 'z'], poses: ['x', 'y', 'z', 'qx', 'qy', 'qz', 'qw'] }[kind];
  if (!axes) return { ...time, joints: labels, [kind]: cells.map((row) => columns.map((c) => row[c])) };
  if ([...labels].sort().join() !== [...axes].sort().join())
    reject('wrong-length', 'header', axes.map((axis) => `${kind}.${axis}`).join(', '), names.join(', '));
  const order = axes.map((axis) => columns[labels.indexOf(axis)]);
  return { ...time, [kind]: cells.map((row) => order.map((c) => row[c])) };
}

function constant(rows: unknown[][], column: number, lines: Line[]): unknown {
  const i = rows.findIndex((row) => row[column] !== rows[0][column]);
  if (i >= 0) reject('not-uniform', `line ${lines[i].number}`, 'the same dt in each row', rows[i][column]);
  return rows[0]?.[column];
}

function sections(lines: Line[]): unknown {
  const data: Record<string, unknown> = {};
  let rows: unknown[][] | undefined;
  for (const { number, cells } of lines) {
    const [key, ...rest] = cells;
    const values = rest.filter((c, i) => c !== '' || i < rest.length - 1);
    if (key === 'dt') data.dt = toNumber(values[0] ?? '');
    else if (key === 't') data.t = values.map(toNumber);
    else if (key === 'joints') data.joints = values;
    else if (key === 'start') data.start = values.map(toNumber);
    else if (['velocities', 'positions', 'path', 'poses'].includes(key)) data[key] = rows = [];
    else if (rows) rows.push(cells.map(toNumber));
    else
      reject(
        'unknown-field',
        `line ${number}`,
        'a header (t or dt, then velocities., positions., path. or poses. columns), or one of dt, joints, start, velocities, positions, path, poses',
        key,
      );
  }
  return data;
}
