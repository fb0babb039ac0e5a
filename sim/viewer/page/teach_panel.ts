import type { AboutView, Wish, WireTarget } from '../protocol.js';
import { element } from './dom.js';
import type { Reply } from './link.js';
import { secondsOf } from './motion_file.js';

/** Largest files that are opened. */
const MOST_MB = { text: 4, recording: 100 };

/** A motion that can be taught. */
export interface Motion {
  name: string;
  target: WireTarget;
}

/** Which motion, and how it is taught. */
export class TeachPanel {
  private motion: Motion | null = null;
  private examples: { name: string; target: unknown }[] = [];
  private touched = false;

  constructor(
    private readonly on: {
      ask: (wish: Wish) => Promise<Reply>;
      /** Reads what a file (text, or a recording's bytes) or an example holds. @throws Error naming what is wrong. */
      read: (data: unknown, fileName: string) => WireTarget;
      chosen: (motion: Motion | null) => void;
      told: (text: string, ok: boolean) => void;
      /** Takes options that a viewer's server has no say in; true where it does. */
      configure?: (backend: string, seed: number) => void;
    },
  ) {
    const example = element<HTMLSelectElement>('example');
    example.addEventListener('change', () => {
      const found = this.examples.find((e) => e.name === example.value);
      if (found) this.take(found.name, () => on.read(found.target, ''));
    });
    const file = element<HTMLInputElement>('file');
    file.addEventListener('change', () => {
      const [first] = file.files ?? [];
      if (first) void this.open(first);
      file.value = '';
    });
    document.body.addEventListener('dragover', (event) => event.preventDefault());
    document.body.addEventListener('drop', (event) => {
      event.preventDefault();
      const [first] = event.dataTransfer?.files ?? [];
      if (first) void this.open(first);
    });
    element('teach').addEventListener('click', () => void this.teach());
    const refine = element<HTMLInputElement>('refine');
    refine.addEventListener('input', () => (element('refine-value').textContent = refine.value));
    // the slider teaches again: what refinement does is seen at once
    refine.addEventListener('change', () => this.touched && void this.teach());
  }

  /** Motions to choose from; the first one is chosen where nothing is yet. */
  offer(examples: { name: string; target: unknown }[]): void {
    this.examples = examples;
    const list = element<HTMLSelectElement>('example');
    list.replaceChildren(new Option('–', ''), ...examples.map(({ name }) => new Option(name, name)));
    if (!this.motion && examples.length > 0) {
      list.value = examples[0].name;
      list.dispatchEvent(new Event('change'));
    } else if (this.motion) list.value = this.motion.name;
  }

  /** How the learner teaches where nothing else is said. @param free whether synapses and seed can be chosen here. */
  about(about: AboutView, free: boolean): void {
    const set = (id: string, value: string | number, locked: boolean): void => {
      const field = element<HTMLInputElement>(id);
      field.value = String(value);
      field.disabled = locked;
      field.title = locked ? 'a parameter of the learner that runs' : '';
    };
    set('backend', about.backend, !free);
    set('seed', about.seed, !free);
    set('updates', about.updates, false);
    set('refine', Math.min(20, about.refine), false);
    element('refine-value').textContent = element<HTMLInputElement>('refine').value;
  }

  /** A motion that was shown. */
  shown(motion: Motion): void {
    element<HTMLSelectElement>('example').value = '';
    this.choose(motion);
  }

  private async open(file: File): Promise<void> {
    const recording = /\.mcap$/i.test(file.name);
    const most = recording ? MOST_MB.recording : MOST_MB.text;
    if (file.size > most * 1e6)
      return this.on.told(`${file.name}: expected at most ${most} MB, got ${file.size} bytes`, false);
    const content = recording ? new Uint8Array(await file.arrayBuffer()) : await file.text();
    element<HTMLSelectElement>('example').value = '';
    this.take(file.name.replace(/\.\w+$/, ''), () => this.on.read(content, file.name));
  }

  private take(name: string, read: () => WireTarget): void {
    try {
      this.choose({ name, target: read() });
    } catch (error) {
      this.choose(null);
      this.on.told(`${name}: ${(error as Error).message}`, false);
    }
  }

  private choose(motion: Motion | null): void {
    this.motion = motion;
    element('motion').textContent = motion
      ? `${motion.name}: ${secondsOf(motion.target).toFixed(1)} s`
      : 'no motion chosen';
    element<HTMLInputElement>('lesson-title').value = motion?.name ?? '';
    this.on.chosen(motion);
  }

  private async teach(): Promise<void> {
    const { motion } = this;
    if (!motion) return this.on.told('choose, draw or drag a motion first', false);
    const number = (id: string): number => Math.round(Number(element<HTMLInputElement>(id).value) || 0);
    this.on.configure?.(element<HTMLSelectElement>('backend').value, number('seed'));
    const name = element<HTMLInputElement>('lesson-title').value.trim() || motion.name;
    this.on.told(`teaching ${name} …`, true);
    const button = element<HTMLButtonElement>('teach');
    button.setAttribute('aria-busy', 'true');
    const reply = await this.on.ask({
      type: 'teach',
      name,
      target: motion.target,
      updates: Math.min(100, Math.max(1, number('updates'))),
      refine: number('refine'),
    });
    button.removeAttribute('aria-busy');
    this.touched = reply.ok;
    element<HTMLInputElement>('skill-name').value = name.replace(/[^\w-]+/g, '_');
    this.on.told(`teach ${name}: ${reply.message}`, reply.ok);
  }
}
