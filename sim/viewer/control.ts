import { timingSafeEqual } from 'node:crypto';
import type { ActionName } from './protocol.js';

/**
 * Who may move the arm. Everybody may stop it; what can set it in motion needs the token, and belongs to the first page that
 * asks until that page leaves or gives it back.
 */
export class Control<Page> {
  private writer: Page | undefined;

  constructor(private readonly token: string) {}

  /** Empty when the page may; else why not. */
  refusal(page: Page, action: ActionName, token: string): string {
    if (action === 'stop') return '';
    if (!sameText(token, this.token))
      return 'read-only: open the control address that the viewer printed when it started';
    if (this.writer !== undefined && this.writer !== page) return 'another page controls the arm';
    this.writer = page;
    return '';
  }

  /** The page left or gives control back. */
  release(page: Page): void {
    if (this.writer === page) this.writer = undefined;
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
