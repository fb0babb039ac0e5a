import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { reject, InputError } from '../input_error.js';

/** Bytes of a text file that is read at all: a target of a million rows is turned away before it is parsed. */
export const textLimitBytes = 32 * 2 ** 20;

/** The text of a file; "-" is standard input. @throws InputError when it is missing, no file, or too large. */
export function readText(path: string, limitBytes = textLimitBytes): string {
  return readBytes(path, limitBytes).toString('utf8');
}

/** The bytes of a file; "-" is standard input. @throws InputError when it is missing, no file, or too large. */
export function readBytes(path: string, limitBytes: number): Buffer {
  try {
    const size = path === '-' ? 0 : statSync(path).size;
    if (size > limitBytes) reject('too-large', 'file', `at most ${limitBytes} bytes`, size);
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    if (error instanceof InputError) throw error.from(path);
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(
      {
        code: 'unreadable',
        field: 'file',
        expected: 'a readable file',
        received: reasons[code ?? ''] ?? String(code),
      },
      path,
    );
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'none (no such file)',
  EISDIR: 'a folder',
  EACCES: 'one without read permission',
};

/** The content of a JSON file. @throws InputError when it is unreadable or not JSON. */
export function readJson(path: string): unknown {
  return parseJson(readText(path), path);
}

/** JSON text to data. @throws InputError telling in one line where it stops being JSON. */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(
      {
        code: 'not-json',
        field: 'content',
        expected: 'JSON',
        received: (error as Error).message.replace(/\s+/g, ' '),
      },
      source,
    );
  }
}

/** Writes a file so that a reader sees the old content or the new, never a part; makes its folder. */
export function writeAtomic(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.part`;
  try {
    const file = openSync(temporary, 'w');
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes what was renamed in a folder outlast a power loss, where the file system can. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } catch {
    // some file systems do not sync folders
  } finally {
    closeSync(folder);
  }
}
