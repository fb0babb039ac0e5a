import type { Ages, Delays } from '../protocol.js';
import { element } from './dom.js';

/** Older than this a stream is not live, s. */
export const staleAfterS = { joints: 1, learner: 2 } as const;

/** How old what the page shows is: what the server told of its streams, and how long ago it told it. */
export class Freshness {
  private ages: Ages = { joints: null, learner: null, arm: null };
  private delays: Delays | undefined;
  private toldMs = 0;
  private connected = false;
  private missedJoints = 0;

  constructor() {
    setInterval(() => this.show(), 250);
  }

  told(ages: Ages, delays?: Delays): void {
    [this.ages, this.delays] = [ages, delays];
    this.toldMs = performance.now();
    this.show();
  }

  /** Joint states that were left out, because page or network did not keep up. */
  missed(count: number): void {
    this.missedJoints += count;
  }

  /** Whether the server speaks. */
  live(connected: boolean): void {
    this.connected = connected;
    this.show();
  }

  private show(): void {
    const age = (name: keyof Ages): number | null => {
      const told = this.ages[name];
      return told === null ? null : told + (performance.now() - this.toldMs) / 1000;
    };
    const stale = (name: 'joints' | 'learner'): boolean => {
      const seconds = age(name);
      return !this.connected || seconds === null || seconds > staleAfterS[name];
    };
    const joints = age('joints');
    const chip = element('joint-age');
    chip.textContent =
      joints === null ? 'joints: –' : `joints: ${stale('joints') ? 'silent for ' : ''}${joints.toFixed(1)} s`;
    chip.title = this.missedJoints > 0 ? `${this.missedJoints} joint states came too late to be shown` : '';
    chip.classList.toggle('bad', stale('joints'));
    chip.classList.toggle('good', !stale('joints'));
    const told = (['joints', 'arm', 'learner'] as const).map((name) => {
      const seconds = age(name);
      return `${name} ${seconds === null ? 'never' : `${seconds.toFixed(1)} s ago`}`;
    });
    const late = (what: string, seconds: number | null | undefined): string =>
      seconds == null ? '' : `; ${what} ${(1000 * seconds).toFixed(0)} ms`;
    element('ages').textContent =
      `heard: ${told.join(', ')}` +
      late('joint states come after', this.delays?.joints) +
      late('to this page and back in', this.delays?.page);
    for (const [id, old] of [
      ['arm-state', stale('joints')],
      ['joints', stale('joints')],
      ['learner-state', stale('learner')],
      ['scene', !this.connected || (joints !== null && stale('joints'))],
    ] as const)
      element(id).classList.toggle('stale', old);
  }
}
