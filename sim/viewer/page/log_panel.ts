import { element, made } from './dom.js';

const MOST_LINES = 200;

/** What an action answered: told beside the buttons, and kept in the log. */
export function showMessage(text: string, ok: boolean): void {
  const line = element('message');
  line.textContent = text;
  line.className = ok ? '' : 'bad';
  logLine(text, ok);
}

/** What happened, or was refused, and why: kept in the log alone. */
export function logLine(text: string, ok: boolean): void {
  const log = element('log');
  log.prepend(made('p', `${new Date().toLocaleTimeString()}  ${text}`, ok ? '' : 'bad'));
  while (log.childElementCount > MOST_LINES) log.lastElementChild!.remove();
}
