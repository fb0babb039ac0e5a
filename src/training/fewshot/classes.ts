import type { Random } from '../../kernels/random.js';
import { inputSide, prepareImage } from '../../fewshot/prepare_image.js';
import type { GrayImage } from '../../fewshot/gray_image.js';
import { drawCharacter, randomCharacter } from '../../fewshot/stroke_characters.js';
import { drawVariation, orientations, renderVariation, type InkMap } from './augment.js';

/** Characters of one alphabet, each as ink maps at twice the network's resolution. */
export interface TrainingAlphabet {
  name: string;
  characters: InkMap[][];
}

/** What a batch is made of. */
export interface BatchPlan {
  /** Classes from alphabets, and classes drawn anew. */
  handwritten: number;
  synthetic: number;
  /** Alphabets that a batch's handwritten classes are from, in equal parts; absent: all characters alike. */
  alphabets?: number;
  /** Pictures of each class. */
  pictures: number;
}

/** Pictures of a batch: classes * pictures rows of 28 x 28 values; class c's lie together. */
export interface Batch {
  pixels: Float32Array;
  /** Group of each class: its alphabet, or -1 for characters drawn anew. Classes of one group make hard episodes. */
  groups: Int32Array;
}

/** Frames drawings for training (56 x 56: room for variations before the last resampling). */
export function trainingAlphabet(
  name: string,
  characters: readonly (readonly GrayImage[])[],
): TrainingAlphabet {
  return { name, characters: characters.map((c) => c.map((image) => prepareImage(image, 2 * inputSide))) };
}

/**
 * Draws a batch: characters in random order, each at most once where there are enough; every alphabet in one of eight orientations
 * (rotations by 90 degrees, mirrored or not), which are classes of their own; every picture a variation of a drawing.
 */
export function drawBatch(alphabets: readonly TrainingAlphabet[], plan: BatchPlan, random: Random): Batch {
  const classes = plan.handwritten + plan.synthetic;
  const size = inputSide * inputSide;
  const pixels = new Float32Array(classes * plan.pictures * size);
  const groups = new Int32Array(classes).fill(-1);
  const slot = (c: number, p: number) =>
    pixels.subarray((c * plan.pictures + p) * size, (c * plan.pictures + p + 1) * size);
  const turned = alphabets.map(() => random.integer(orientations));
  const all = drawClasses(alphabets, plan, random);
  for (let c = 0; c < plan.handwritten; c++) {
    const { group, drawings } = all[c % all.length];
    groups[c] = group;
    const orientation = turned[group];
    const order = random.shuffle(drawings.map((_, k) => k));
    for (let p = 0; p < plan.pictures; p++)
      renderVariation(drawings[order[p % order.length]], drawVariation(random, orientation), slot(c, p));
  }
  for (let c = plan.handwritten; c < classes; c++) {
    const character = randomCharacter(random);
    for (let p = 0; p < plan.pictures; p++)
      drawCharacter(character, random, undefined, inputSide, slot(c, p));
  }
  return { pixels, groups };
}

/** Handwritten classes in random order: of all alphabets, or as many of each of a few. */
function drawClasses(
  alphabets: readonly TrainingAlphabet[],
  { handwritten, alphabets: count }: BatchPlan,
  random: Random,
): { group: number; drawings: InkMap[] }[] {
  const classes = alphabets.map(({ characters }, group) =>
    characters.map((drawings) => ({ group, drawings })),
  );
  if (count === undefined || count >= alphabets.length) return random.shuffle(classes.flat());
  const few = random.shuffle(classes).slice(0, count);
  return few.flatMap((c, k) => {
    const share = Math.ceil((handwritten - k) / count);
    return random.shuffle(c).slice(0, share);
  });
}
