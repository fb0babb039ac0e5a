import type { Reply } from './link.js';
import { element } from './dom.js';

/** A stop that is not confirmed by then is told loudly, ms. */
const CONFIRM_MS = 1000;

/**
 * The STOP button and its keys: Esc wherever the focus is; Space too, unless it is being typed or works a control while
 * nothing moves.
 * @param ask asks for the stop. @param moving whether the arm moves. @param told what came of it.
 */
export function stopControl(
  ask: () => Promise<Reply>,
  moving: () => boolean,
  told: (reply: Reply) => void,
): void {
  const alarm = element('alarm');
  const stop = (): void => {
    let answered = false;
    const shout = (why: string): void => {
      alarm.textContent = `STOP was not confirmed: ${why}. Use the arm's own emergency stop.`;
      alarm.hidden = false;
    };
    const timer = setTimeout(() => !answered && shout('no answer within 1 s'), CONFIRM_MS);
    void ask().then((reply) => {
      answered = true;
      clearTimeout(timer);
      if (reply.ok) alarm.hidden = true;
      else shout(reply.message);
      told(reply);
    });
  };
  element('stop').addEventListener('click', stop);
  addEventListener(
    'keydown',
    (event) => {
      const types =
        event.target instanceof HTMLElement
          ? event.target.closest('input, select, textarea, button, [role=tab]')
          : null;
      const typing = types instanceof HTMLInputElement && !['range', 'checkbox', 'file'].includes(types.type);
      const wanted = event.key === 'Escape' || (event.key === ' ' && !typing && (moving() || !types));
      if (!wanted || event.repeat) return;
      if (event.key === ' ') event.preventDefault();
      stop();
    },
    { capture: true },
  );
}
