import { reject } from '../../input_error.js';

/**
 * A target as CSV, turned into the data that JSON would hold. Two layouts:
 * - a table with a header: `t` (s, evenly spaced) or `dt` (s, the same in each row), then `velocities.JOINT`,
 *   `positions.JOINT`, or `path.x`, `path.y`, `path.z`;
 * - the JSON's fields as lines: `dt,0.01`, `joints,base_joint,shoulder`, then `velocities`, `positions` or `path` on a line
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
  return lines[0].cells.some((c) => /^(velocities|positions|path)\./.test(c))
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
      ? reject('unknown-field', 'header', 'velocities., positions. or path. and a name', names[i])
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
  const dt = names[clock] === 'dt' ? constant(cells, clock, lines) : spacing(cells, clock, lines);
  const labels = parts.map(([, name]) => name);
  if (kind !== 'path') return { dt, joints: labels, [kind]: cells.map((row) => columns.map((c) => row[c])) };
  if ([...labels].sort().join() !== 'x,y,z')
    reject('wrong-length', 'header', 'path.x, path.y and path.z', names.join(', '));
  const order = ['x', 'y', 'z'].map((axis) => columns[labels.indexOf(axis)]);
  return { dt, path: cells.map((row) => order.map((c) => row[c])) };
}

function constant(rows: unknown[][], column: number, lines: Line[]): unknown {
  const i = rows.findIndex((row) => row[column] !== rows[0][column]);
  if (i >= 0) reject('not-uniform', `line ${lines[i].number}`, 'the same dt in each row', rows[i][column]);
  return rows[0]?.[column];
}

function spacing(rows: unknown[][], column: number, lines: Line[]): unknown {
  const t = rows.map((row, i) =>
    typeof row[column] === 'number'
      ? row[column]
      : reject('not-finite', `line ${lines[i].number}`, 'a time in s', row[column]),
  );
  if (t.length < 2) reject('too-short', 'content', 'at least 2 rows', `${t.length}`);
  const dt = (t[t.length - 1] - t[0]) / (t.length - 1);
  const i = t.findIndex((x, k) => Math.abs(x - t[0] - k * dt) > 1e-3 * Math.abs(dt) + 1e-9 * Math.abs(x));
  if (i >= 0 || !(dt > 0))
    reject(
      'not-uniform',
      `line ${lines[Math.max(0, i)].number}`,
      'times that grow in even steps',
      t[Math.max(0, i)],
    );
  return dt;
}

function sections(lines: Line[]): unknown {
  const data: Record<string, unknown> = {};
  let rows: unknown[][] | undefined;
  for (const { number, cells } of lines) {
    const [key, ...rest] = cells;
    const values = rest.filter((c, i) => c !== '' || i < rest.length - 1);
    if (key === 'dt') data.dt = toNumber(values[0] ?? '');
    else if (key === 'joints') data.joints = values;
    else if (key === 'start') data.start = values.map(toNumber);
    else if (['velocities', 'positions', 'path'].includes(key)) data[key] = rows = [];
    else if (rows) rows.push(cells.map(toNumber));
    else
      reject(
        'unknown-field',
        `line ${number}`,
        'a header (t or dt, then velocities., positions. or path. columns), or one of dt, joints, start, velocities, positions, path',
        key,
      );
  }
  return data;
}
