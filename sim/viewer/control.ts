import { timingSafeEqual } from 'node:crypto';
import type { ActionName } from './protocol.js';

/**
 * Who may move the arm. Everybody may stop it; what can set it in motion needs the token, and belongs to the first page that
 * asks until that page leaves, gives it back, or is silent for so long that its lease ends.
 */
export class Control<Page> {
  private writer: Page | undefined;

  constructor(private readonly token: string) {}

  /** Whether this is the token. */
  knows(token: string): boolean {
    return sameText(token, this.token);
  }

  /** Empty when the page may; else why not. */
  refusal(page: Page, action: ActionName | 'jog', token: string): string {
    if (action === 'stop') return '';
    if (!this.knows(token))
      return 'read-only: open the control address that the viewer printed when it started';
    if (this.writer !== undefined && this.writer !== page) return 'another page controls the arm';
    this.writer = page;
    return '';
  }

  /** The page left, gives control back, or lost it. @returns whether it had control. */
  release(page: Page): boolean {
    const had = this.writer === page;
    if (had) this.writer = undefined;
    return had;
  }

  /** As the page sees it. */
  seenBy(page: Page): 'you' | 'other' | 'none' {
    return this.writer === undefined ? 'none' : this.writer === page ? 'you' : 'other';
  }
}

function sameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
