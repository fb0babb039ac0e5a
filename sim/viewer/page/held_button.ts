import { made } from './dom.js';

/** A button that counts as long as it is held: by mouse, finger, or Enter. */
export function heldButton(text: string, id: string, press: () => void, leave: () => void): HTMLElement {
  const button = made('button', text);
  button.dataset.testid = id;
  button.addEventListener('pointerdown', (event) => {
    button.setPointerCapture(event.pointerId);
    press();
  });
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur', 'keyup'])
    button.addEventListener(end, leave);
  button.addEventListener('keydown', ({ key, repeat }) => key === 'Enter' && !repeat && press());
  return button;
}
