import type { LessonView, MemoryView, ToldMessage, Wish } from '../protocol.js';
import { element } from './dom.js';
import type { Reply } from './link.js';
import { MemoryPanel, secondsAt } from './studio/memory_panel.js';

type Question = Omit<Extract<Wish, { type: 'memory' }>, 'type'>;

/** The memory of a learner elsewhere: asked for as the panel's controls stand while the panel is seen, one question at a time. */
export class AskedMemory {
  private readonly panel: MemoryPanel;
  private lesson: LessonView | null = null;
  private memory: MemoryView | null = null;
  private question: Question = { ageS: secondsAt(18), compensated: true, readNoise: true };
  private seen = false;
  private asking = false;
  /** The controls moved while a question was open. */
  private changed = false;

  constructor(private readonly ask: (wish: Wish) => Promise<Reply>) {
    this.panel = new MemoryPanel(({ readAfterS, compensated, readNoise }) => {
      const { question: q } = this;
      this.question = {
        ageS: readAfterS ?? q.ageS,
        compensated: compensated ?? q.compensated,
        readNoise: readNoise ?? q.readNoise,
      };
      void this.look();
    });
    // what a lesson is written with is a setting of the learner that runs
    for (const id of ['bits', 'programming-noise', 'drifting']) element(id).closest('label')!.hidden = true;
  }

  take(message: ToldMessage): void {
    if (message.type === 'lesson') {
      this.lesson = message.lesson;
      if (message.lesson?.executed) return;
      this.memory = null;
      this.draw();
      void this.look();
    } else if (message.type === 'memory') {
      this.memory = message.memory;
      if (!this.asking) {
        const { ageS, compensated, readNoise } = message.memory;
        this.question = { ageS, compensated, readNoise };
        this.panel.set({ readAfterS: ageS, compensated, readNoise });
      }
      this.draw();
    }
  }

  /** The panel of this name is seen. */
  see(panel: string): void {
    this.seen = panel === 'memory';
    if (!this.seen) return;
    this.draw();
    if (!this.memory) void this.look();
  }

  private async look(): Promise<void> {
    if (!this.seen || !this.lesson || this.lesson.backend === 'software') return;
    this.changed = this.asking;
    if (this.asking) return;
    this.asking = true;
    const { ok, message } = await this.ask({ type: 'memory', ...this.question });
    this.asking = false;
    if (!ok) this.say(`The memory was not told: ${message}`);
    if (this.changed) await this.look();
  }

  private draw(): void {
    const { lesson, memory } = this;
    this.panel.show(
      memory?.cores,
      lesson && memory && { ...lesson, after: { ...lesson.after, tcpErrorMeanM: memory.tcpErrorMeanM } },
    );
    if (memory) return;
    if (!lesson) this.say('What each memory cell holds after a lesson appears here.');
    else if (lesson.backend === 'software')
      this.say(
        'The synapses of this learner are software, exact numbers: there is no memory to show. Start it with backend pcm.',
      );
    else this.say('Asking what each memory cell holds …');
  }

  private say(text: string): void {
    element('memory-hint').hidden = false;
    element('memory-hint').textContent = text;
  }
}
