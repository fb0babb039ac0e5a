import { CharacterLearner, largestOfRows } from '../../../../src/fewshot/character_learner.js';
import type { GrayImage } from '../../../../src/fewshot/gray_image.js';
import type { CharacterWeights } from '../../../../src/fewshot/network.js';
import { element, made } from '../dom.js';
import { DrawingPad } from './drawing_pad.js';

const CLASSES = ['A', 'B', 'C', 'D', 'E'];
const EACH = 5;

/** Five characters, a few drawings of each, four updates; then any drawing is told apart. */
export class CharactersPanel {
  private readonly pad = new DrawingPad(element<HTMLCanvasElement>('pad'));
  private readonly samples: { label: number; image: GrayImage; strokes: [number, number][][] }[] = [];
  private learner: CharacterLearner | undefined;
  private recognised: [number, number][][] | undefined;

  /** @param load reads the network. @param write teaches the arm the strokes of a character. */
  constructor(
    private readonly load: () => Promise<CharacterWeights>,
    write: (name: string, strokes: [number, number][][]) => void,
  ) {
    const choice = element<HTMLSelectElement>('class');
    choice.replaceChildren(...CLASSES.map((name, k) => new Option(`character ${name}`, String(k))));
    element('clear').addEventListener('click', () => this.pad.clear());
    element('add').addEventListener('click', () => this.add(Number(choice.value)));
    element('learn').addEventListener('click', () => void this.learn());
    element('classify').addEventListener('click', () => this.classify());
    element('start-over').addEventListener('click', () => {
      this.samples.length = 0;
      this.learner?.forget();
      this.pad.clear();
      this.say('');
      element('scores').replaceChildren();
      element('write').hidden = true;
      this.list();
    });
    element('write').addEventListener('click', () => {
      if (this.recognised) write(element('verdict').textContent ?? '', this.recognised);
    });
    this.list();
  }

  private add(label: number): void {
    if (this.pad.strokes.length === 0) return this.say('draw a character first');
    this.samples.push({ label, image: this.pad.image(), strokes: this.pad.strokes });
    this.pad.clear();
    // the next character comes when this one has been drawn often enough
    if (this.count(label) >= EACH && label + 1 < CLASSES.length && this.count(label + 1) === 0)
      element<HTMLSelectElement>('class').value = String(label + 1);
    this.list();
  }

  private async learn(): Promise<void> {
    const known = CLASSES.map((_, k) => k).filter((k) => this.count(k) > 0);
    if (known.length < 2) return this.say('add drawings of at least two characters first');
    try {
      this.learner ??= new CharacterLearner(await this.load());
      const start = performance.now();
      const features = this.learner.features(this.samples.map((s) => s.image));
      this.learner.learn(
        features,
        this.samples.map((s) => known.indexOf(s.label)),
      );
      this.say(
        `learned ${known.length} characters in ${(performance.now() - start).toFixed(0)} ms: draw one more`,
      );
    } catch (error) {
      this.say((error as Error).message);
    }
  }

  private classify(): void {
    if (!this.learner?.ways) return this.say('learn some characters first');
    if (this.pad.strokes.length === 0) return this.say('draw a character first');
    const known = CLASSES.filter((_, k) => this.count(k) > 0);
    try {
      const scores = this.learner.scores(this.learner.features([this.pad.image()]));
      const [best] = largestOfRows(scores, known.length);
      this.say(`character ${known[best]}`);
      this.recognised = this.pad.strokes;
      element('write').hidden = false;
      element('scores').replaceChildren(
        ...known.map((name, k) => {
          const row = made('tr');
          const head = made('th', `character ${name}`);
          head.setAttribute('scope', 'row');
          row.append(head, made('td', `${(100 * scores[k]).toFixed(1)} %`));
          return row;
        }),
      );
    } catch (error) {
      this.say((error as Error).message);
    }
  }

  private count(label: number): number {
    return this.samples.filter((s) => s.label === label).length;
  }

  private list(): void {
    element('samples').textContent = CLASSES.map((name, k) => `${name}: ${this.count(k)} of ${EACH}`).join(
      ', ',
    );
  }

  private say(text: string): void {
    element('verdict').textContent = text;
  }
}
