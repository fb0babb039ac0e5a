import { made } from './dom.js';

/** Two buttons, one a sense, that count as long as they are held: by mouse, finger, or Enter. @param prefix of their test ids. */
export function heldPair(
  name: string,
  prefix: string,
  press: (button: HTMLElement, sense: number) => void,
  leave: (button: HTMLElement) => void,
): HTMLElement[] {
  return [-1, 1].map((sense) => {
    const button = made('button', `${name} ${sense < 0 ? '−' : '+'}`);
    button.dataset.testid = `${prefix}-${name}${sense < 0 ? '-' : '+'}`;
    button.addEventListener('pointerdown', (event) => {
      button.setPointerCapture(event.pointerId);
      press(button, sense);
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur', 'keyup'])
      button.addEventListener(end, () => leave(button));
    button.addEventListener(
      'keydown',
      ({ key, repeat }) => key === 'Enter' && !repeat && press(button, sense),
    );
    return button;
  });
}
