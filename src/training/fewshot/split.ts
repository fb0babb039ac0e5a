import { reject } from '../../input_error.js';

/** Alphabets by use; no character is in two of them. */
export interface Split<A> {
  training: A[];
  validation: A[];
  test: A[];
}

/**
 * Splits alphabets by a fixed rule: the `held` with fewest characters (ties by name) are for the test alone,
 * those named are for validation, all others for training. @throws InputError on an unknown or held-out name, or when none is left.
 */
export function splitAlphabets<A extends { name: string; characters: readonly unknown[] }>(
  alphabets: readonly A[],
  held: number,
  validate: readonly string[] = [],
): Split<A> {
  const bySize = [...alphabets].sort(
    (a, b) => a.characters.length - b.characters.length || (a.name < b.name ? -1 : 1),
  );
  const test = bySize.slice(0, held).sort((a, b) => (a.name < b.name ? -1 : 1));
  const rest = alphabets.filter((a) => !test.includes(a));
  for (const name of validate)
    if (!rest.some((a) => a.name === name))
      reject('unknown-alphabet', '--validate', `names among ${rest.map((a) => a.name).join(', ')}`, name);
  const training = rest.filter((a) => !validate.includes(a.name));
  if (training.length === 0)
    reject('too-few', 'data', `more than ${held + validate.length} alphabets`, alphabets.length);
  return { training, validation: rest.filter((a) => validate.includes(a.name)), test };
}
