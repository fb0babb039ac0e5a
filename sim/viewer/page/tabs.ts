import { element } from './dom.js';

/** Makes tabs of all tab panels of the page. @param shown is told which one is seen. */
export function tabs(shown: (name: string) => void): void {
  const list = element('tabs');
  const panels = Array.from(document.querySelectorAll<HTMLElement>('[role=tabpanel]'));
  const buttons = panels.map((panel) => {
    const button = document.createElement('button');
    const name = panel.dataset.title!;
    Object.assign(button, { textContent: name, id: `tab-${name}` });
    button.dataset.testid = `tab-${name}`;
    button.setAttribute('role', 'tab');
    button.setAttribute('aria-controls', panel.id);
    panel.setAttribute('aria-labelledby', button.id);
    button.addEventListener('click', () => choose(buttons.indexOf(button)));
    return button;
  });
  const choose = (k: number): void => {
    buttons.forEach((button, i) => {
      button.setAttribute('aria-selected', String(i === k));
      button.tabIndex = i === k ? 0 : -1;
      panels[i].hidden = i !== k;
    });
    shown(panels[k].dataset.title!);
  };
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    if (step === undefined || at < 0) return;
    const next = (at + step + buttons.length) % buttons.length;
    buttons[next].focus();
    choose(next);
  });
  list.replaceChildren(...buttons);
  choose(0);
}
