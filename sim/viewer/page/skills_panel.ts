import type { SkillView } from '../protocol.js';
import { centimetres, element, made } from './dom.js';

/** Lists what is kept. @param load brings one back. */
export function showSkills(
  skills: readonly SkillView[],
  enabled: boolean,
  load: (name: string) => void,
): void {
  element('skills').replaceChildren(
    ...skills.map((skill) => {
      const item = made('li');
      const button = made('button', 'load') as HTMLButtonElement;
      button.disabled = !enabled || !skill.usable;
      button.title = skill.usable ? '' : 'of other weights or another arm';
      button.setAttribute('aria-label', `load ${skill.name}`);
      button.dataset.testid = `load-${skill.name}`;
      button.addEventListener('click', () => load(skill.name));
      item.append(
        made('span', `${skill.name}, ${centimetres(skill.tcpErrorMeanM)}, ${skill.backend}`),
        button,
      );
      return item;
    }),
  );
}
