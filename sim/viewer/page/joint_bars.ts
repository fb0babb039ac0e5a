import { element, made } from './dom.js';

/** How a joint moves, rad (m where it slides). */
export interface JointMotion {
  lower: number;
  upper: number;
  /** Largest speed, rad/s; 0: not told. */
  velocity: number;
  /** Turns without end: shown within half a turn. */
  endless: boolean;
  slides: boolean;
}

/** Joints whose motion can be seen. */
export function shownJoints(
  names: readonly string[],
  motion: (name: string) => JointMotion | undefined,
): string[] {
  return names.filter((name) => {
    const m = motion(name);
    return m !== undefined && m.upper - m.lower > 0.1;
  });
}

/** Joint angles as bars within their ranges. */
export function showJoints(
  names: readonly string[],
  positions: readonly number[],
  motion: (name: string) => JointMotion | undefined,
): void {
  const box = element('joints');
  const shown = shownJoints(names, motion);
  if (box.childElementCount !== shown.length)
    box.replaceChildren(
      ...shown.map((name) => {
        const row = made('div', '', 'joint');
        const bar = made('div', '', 'bar');
        bar.append(document.createElement('i'));
        row.append(made('span', name.replace('_joint', '')), bar, made('span'));
        return row;
      }),
    );
  shown.forEach((name, k) => {
    const { lower, upper, endless, slides } = motion(name)!;
    const told = positions[names.indexOf(name)];
    const q = endless ? Math.atan2(Math.sin(told), Math.cos(told)) : told;
    const [, bar, value] = box.children[k].children;
    (bar.firstElementChild as HTMLElement).style.left = `${(100 * (q - lower)) / (upper - lower)}%`;
    value.textContent = slides ? `${(100 * q).toFixed(1)} cm` : `${((told * 180) / Math.PI).toFixed(1)}°`;
  });
}
