import type { CharacterLearner } from '../../fewshot/character_learner.js';
import type { PreparedClasses } from '../../fewshot/evaluate_episodes.js';
import { inputSide } from '../../fewshot/prepare_image.js';
import { drawCharacter, randomCharacter } from '../../fewshot/stroke_characters.js';
import { readOmniglot, type OmniglotAlphabet } from '../../files/omniglot.js';
import { reject } from '../../input_error.js';
import { Random } from '../../kernels/random.js';

/** Classes to test on, and where they come from. */
export interface TestClasses extends PreparedClasses {
  source: string;
}

/**
 * Classes from Omniglot (the alphabets named; else those of `heldOut` that are there; else all), or, without data,
 * 50 synthetic characters that no training drew.
 */
export async function testClasses(
  learner: CharacterLearner,
  data: string | undefined,
  alphabets: readonly string[] | undefined,
  heldOut: readonly string[],
  seed: number,
): Promise<TestClasses> {
  if (data === undefined) return synthetic(learner, seed);
  const all = await readOmniglot(data);
  const known = all.map((a) => a.name);
  for (const name of alphabets ?? [])
    if (!known.includes(name))
      reject('unknown-alphabet', '--alphabets', `names among ${known.join(', ')}`, name);
  const wanted = alphabets ?? (heldOut.some((n) => known.includes(n)) ? heldOut : known);
  const taken = all.filter((a) => wanted.includes(a.name));
  return preparedClasses(learner, taken);
}

/** All characters of alphabets as classes. */
export function preparedClasses(
  learner: CharacterLearner,
  alphabets: readonly OmniglotAlphabet[],
): TestClasses {
  const drawings = alphabets.flatMap((a) => a.characters.map((c) => c.drawings));
  const all = drawings.flat();
  const pictures = new Float32Array(all.length * inputSide ** 2);
  all.forEach((image, k) => pictures.set(learner.prepare(image), k * inputSide ** 2));
  return { pictures, sizes: drawings.map((d) => d.length), source: alphabets.map((a) => a.name).join(', ') };
}

function synthetic(learner: CharacterLearner, seed: number): TestClasses {
  const random = new Random(seed, 0x7e57);
  const side = 2 * inputSide;
  const sizes = new Array<number>(50).fill(20);
  const pictures = new Float32Array(1000 * inputSide ** 2);
  for (let c = 0, at = 0; c < 50; c++) {
    const character = randomCharacter(random);
    for (let k = 0; k < 20; k++, at += inputSide ** 2) {
      const pixels = drawCharacter(character, random, undefined, side).map((ink) => 1 - ink);
      pictures.set(learner.prepare({ width: side, height: side, pixels }), at);
    }
  }
  return { pictures, sizes, source: 'synthetic characters' };
}
