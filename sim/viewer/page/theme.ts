import { element } from './dom.js';

/** Light or dark: as the system says until the button was pressed. @param changed draws anew. */
export function themeControl(changed: () => void): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const set = (theme: string): void => {
    document.documentElement.dataset.theme = theme;
    changed();
  };
  element('theme').addEventListener('click', () =>
    set(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'),
  );
  dark.addEventListener('change', () => set(dark.matches ? 'dark' : 'light'));
  set(dark.matches ? 'dark' : 'light');
}

/** Whether the user asked for less motion: nothing starts to move by itself then. */
export const stillWanted = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
