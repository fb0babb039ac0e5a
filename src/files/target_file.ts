import { InputError, reject } from '../input_error.js';
import { parseJson, readText } from './json_file.js';

/**
 * Reads a target file as plain data, not yet validated: {dt, joints, velocities | positions} or {dt, path}.
 *
 * JSON holds just that. CSV has a header line and a row a step:
 *   dt, then either `velocities.JOINT` columns (rad/s), `positions.JOINT` columns (rad), or `path.x`, `path.y`, `path.z` (m).
 * The column `dt` (s) may be empty after its first row. A column `t` (s, evenly spaced) may stand in its place.
 * @throws InputError where the file is unreadable, not JSON, or not such a table.
 */
export function readTargetFile(path: string): unknown {
  const text = readText(path);
  try {
    return /^\s*[{[]/.test(text) || path.endsWith('.json')
      ? parseTargetJson(text, path)
      : parseTargetCsv(text);
  } catch (error) {
    throw error instanceof InputError ? error.from(path) : error;
  }
}

/** JSON in which NaN and Infinity, as some programs write them, become text, so that the fault is told by its place. */
function parseTargetJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseJson(text.replace(/(?<=[[,:\s])-?(NaN|Infinity)(?=[\],}\s])/g, '"$&"'), source);
  }
}

/** See readTargetFile. */
export function parseTargetCsv(text: string): unknown {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length < 2)
    reject('empty', 'content', 'a header line and at least one row', `${lines.length} lines`);
  const separator = [';', '\t', ','].find((s) => lines[0].includes(s)) ?? ',';
  const header = lines[0].split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const rows = lines.slice(1).map((line, i) => {
    const cells = line.split(separator);
    if (cells.length !== header.length)
      reject('wrong-length', `row ${i + 1}`, `${header.length} columns`, cells.length);
    return cells.map((cell) => (cell.trim() === '' ? undefined : numberOr(cell.trim())));
  });
  const kinds = header.map((name) => /^(velocities|positions|path)\.(.+)$/.exec(name));
  const used = kinds.flatMap((k, column) => (k ? [{ column, kind: k[1], name: k[2] }] : []));
  const unknown = header.find((name, i) => !kinds[i] && name !== 'dt' && name !== 't');
  if (unknown !== undefined)
    reject('unknown-column', 'header', 'dt or t, velocities.JOINT, positions.JOINT, path.x', unknown);
  const kind = used[0]?.kind;
  if (!kind || used.some((u) => u.kind !== kind))
    reject('wrong-header', 'header', 'columns of one of velocities.*, positions.*, path.*', header.join(','));
  const dt = stepOf(header, rows);
  if (kind === 'path') {
    const order = ['x', 'y', 'z'].map((axis) => used.find((u) => u.name === axis)?.column);
    if (order.length !== used.length || order.some((c) => c === undefined))
      reject('wrong-header', 'header', 'path.x, path.y and path.z', used.map((u) => u.name).join(', '));
    return { dt, path: rows.map((row) => order.map((c) => row[c!])) };
  }
  return { dt, joints: used.map((u) => u.name), [kind]: rows.map((row) => used.map((u) => row[u.column])) };
}

function numberOr(cell: string): number | string {
  const value = Number(cell);
  return Number.isFinite(value) ? value : cell;
}

/** Seconds between rows, from the column dt (constant) or t (evenly spaced). */
function stepOf(header: string[], rows: (number | string | undefined)[][]): unknown {
  const dtColumn = header.indexOf('dt');
  if (dtColumn >= 0) {
    const dt = rows[0][dtColumn];
    const other = rows.findIndex((row) => row[dtColumn] !== undefined && row[dtColumn] !== dt);
    if (other >= 0) reject('not-constant', `dt in row ${other + 1}`, String(dt), rows[other][dtColumn]);
    return dt;
  }
  const tColumn = header.indexOf('t');
  if (tColumn < 0) reject('missing-field', 'header', 'a column dt or t', 'neither');
  const times = rows.map((row, i) => {
    const t = row[tColumn];
    return typeof t === 'number' ? t : reject('not-finite', `t in row ${i + 1}`, 'a number', t);
  });
  if (times.length < 2) reject('empty', 'content', 'at least two rows with a column t', times.length);
  const dt = (times[times.length - 1] - times[0]) / (times.length - 1);
  const uneven = times.findIndex((t, i) => Math.abs(t - times[0] - i * dt) > 0.01 * Math.abs(dt) + 1e-9);
  if (uneven >= 0)
    reject(
      'uneven',
      `t in row ${uneven + 1}`,
      `evenly spaced times, ${times[0] + uneven * dt}`,
      times[uneven],
    );
  return dt;
}
