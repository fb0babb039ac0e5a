import { writeAtomic } from '../files/json_file.js';

/**
 * Gives a command's result: as text for people, unless the JSON goes to standard output itself.
 * @param json value of --json: a file, "-" for standard output, or undefined.
 */
export function writeResult(json: string | undefined, result: unknown, text: string): void {
  if (json === '-') {
    process.stdout.write(JSON.stringify(result) + '\n');
    return;
  }
  if (json !== undefined) writeAtomic(json, JSON.stringify(result) + '\n');
  process.stdout.write(text.endsWith('\n') ? text : text + '\n');
}

/** A table of aligned columns; the first column is left-aligned, the others right-aligned. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  return rows
    .map((row) =>
      row
        .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
