import { largestOfRows, type CharacterLearner, type LearnOptions } from '../../fewshot/character_learner.js';
import { shareEqual } from '../../fewshot/evaluate_episodes.js';
import type { GrayImage } from '../../fewshot/gray_image.js';
import { reject } from '../../input_error.js';

/** What a picture was taken for. */
export interface Verdict {
  label: string;
  labels: string[];
  /** Softmax, one a class. */
  scores: number[];
}

/** Named classes on top of a learner. */
export class ClassBook {
  private names: string[] = [];

  constructor(private readonly learner: CharacterLearner) {}

  /** Classes learned, in the order in which they first came. */
  get classes(): readonly string[] {
    return this.names;
  }

  /**
   * Learns the classes of labelled pictures in place of those that were known; returns the accuracy on these pictures.
   * @throws InputError, state unchanged, for missing, empty or too many labels, and for pictures without a character.
   */
  learn(images: readonly GrayImage[], labels: readonly string[], options: LearnOptions): number {
    const { outputs } = this.learner.weights.config;
    if (images.length === 0) reject('empty', 'images', 'a few pictures of each class', 'none');
    if (labels.length !== images.length)
      reject('wrong-length', 'labels', `${images.length}, one a picture`, labels.length);
    labels.forEach((label, k) => {
      if (label.trim() === '') reject('missing-label', `labels[${k}]`, 'a name', label);
    });
    const names = [...new Set(labels)];
    if (names.length < 2) reject('too-few-classes', 'labels', 'at least 2 different ones', names.length);
    if (names.length > outputs)
      reject('too-many-classes', 'labels', `at most ${outputs} different ones (outputs)`, names.length);
    const numbers = labels.map((label) => names.indexOf(label));
    const features = this.learner.features(images);
    this.learner.learn(features, numbers, options);
    this.names = names;
    return shareEqual(largestOfRows(this.learner.scores(features), names.length), numbers);
  }

  /** @throws InputError when nothing was learned, or the picture shows no character. */
  classify(image: GrayImage): Verdict {
    if (this.names.length === 0)
      reject('not-learned', 'classes', 'classes that were learned (~/learn)', 'none');
    const scores = this.learner.scores(this.learner.features([image]));
    return {
      label: this.names[largestOfRows(scores, scores.length)[0]],
      labels: [...this.names],
      scores: [...scores],
    };
  }

  /** Back to the meta-trained state. */
  forget(): void {
    this.learner.forget();
    this.names = [];
  }
}
