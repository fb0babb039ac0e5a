/** What is wrong with data that came from outside: one fault, told in one line. */
export interface Fault {
  /** Machine-readable kind, e.g. "not-finite", "unknown-joint", "wrong-length". */
  code: string;
  /** Where: a path into the data such as "velocities[12][1]". */
  field: string;
  /** What would have been right. */
  expected: string;
  /** What was there. */
  received: string;
}

/** Bad input: a file, message, parameter or option. The command line answers it with exit code 2. */
export class InputError extends Error {
  /** @param fault what is wrong. @param source the file, topic or option it came from, where known. */
  constructor(
    readonly fault: Fault,
    readonly source = '',
  ) {
    super(`${source ? `${source}: ` : ''}${fault.field}: expected ${fault.expected}, got ${fault.received}`);
    this.name = 'InputError';
  }

  /** The same fault with its source named. */
  from(source: string): InputError {
    return this.source ? this : new InputError(this.fault, source);
  }
}

/** Throws an InputError. */
export function reject(code: string, field: string, expected: string, received: unknown): never {
  throw new InputError({ code, field, expected, received: describe(received) });
}

/** A value as a reader of an error line wants it: short. */
export function describe(value: unknown): string {
  if (typeof value === 'number' || value === null || value === undefined) return String(value);
  if (typeof value === 'string') return value.length > 60 ? `"${value.slice(0, 57)}..."` : `"${value}"`;
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return `an array of ${(value as unknown as ArrayLike<unknown>).length}`;
  return typeof value;
}
