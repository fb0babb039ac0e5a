import { element } from './dom.js';

/** The token in an address, or a bare one. */
export function tokenOf(text: string): string {
  const hash = text.includes('#') ? text.slice(text.indexOf('#') + 1) : text.includes('token=') ? text : '';
  return hash ? (new URLSearchParams(hash).get('token') ?? '') : text.trim();
}

/**
 * Who this page may be: its token is in the address; a new one is taken from there or from the field, without a reload.
 * @param changed gets the new token.
 */
export class Access {
  token = tokenOf(location.hash);

  constructor(changed: (token: string) => void) {
    addEventListener('hashchange', () => changed((this.token = tokenOf(location.hash))));
    element('token-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const field = element<HTMLInputElement>('token-field');
      const token = tokenOf(field.value);
      field.value = '';
      if (token) location.hash = `token=${encodeURIComponent(token)}`;
    });
  }

  /** Shows what to do where the token does not hold. @param allowed undefined: nothing known. */
  show(allowed: boolean | undefined): void {
    element('token-form').hidden = allowed !== false;
    element('token-reason').textContent =
      this.token === ''
        ? 'You are watching. To teach and move the arm, paste the control address that the viewer printed. STOP always works.'
        : "This page's token does not hold (any more): paste the control address that the viewer printed last. STOP always works.";
  }
}
