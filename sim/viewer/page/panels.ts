import type { LessonView, NodeStatus } from '../protocol.js';

/** An element of the page. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

const centimetres = (m: number) => `${(100 * m).toFixed(2)} cm`;

/** Scores and facts of a lesson. */
export function showLesson(lesson: LessonView | null): void {
  element('lesson-name').textContent = lesson ? `lesson ${lesson.name || ''}`.trim() : 'no lesson yet';
  const score = (id: string, value: { tcpErrorMeanM: number } | null | undefined): void => {
    element(id).textContent = value ? centimetres(value.tcpErrorMeanM) : '–';
  };
  score('error-before', lesson?.before);
  score('error-after', lesson?.after);
  score('error-executed', lesson?.executed);
  const facts = lesson
    ? [
        ['synapses', lesson.backend],
        ['weights', lesson.weights.split('/').slice(-2)[0] || lesson.weights],
        ['weight updates', String(lesson.updates)],
        ['lesson', `${lesson.lessonMs.toFixed(1)} ms`],
        ...(lesson.devicesTotal > 0
          ? [['devices written', `${lesson.devicesWritten} of ${lesson.devicesTotal}`]]
          : []),
        ...(lesson.energyJ > 0 ? [['energy', `${(1e6 * lesson.energyJ).toPrecision(3)} µJ`]] : []),
        ['duration', `${lesson.timeScaling.toFixed(2)} × target`],
      ]
    : [];
  element('facts').replaceChildren(
    ...facts.flatMap(([name, value]) => [made('dt', name), made('dd', value)]),
  );
  element('reasons').replaceChildren(...(lesson?.reasons.map((r) => made('li', r)) ?? []));
}

/** State of the arm or the learner as a chip. */
export function showStatus(id: string, name: string, status: NodeStatus | null): void {
  const chip = element(id);
  chip.textContent = status
    ? `${name}: ${status.state}${status.stopped && status.reason ? ` (${status.reason})` : ''}`
    : `${name}: unknown`;
  chip.className = `chip ${status ? (status.stopped ? 'bad' : 'good') : ''}`;
}

/** What a joint's bar shows: its range, rad (m where it slides). */
export interface JointMotion {
  lower: number;
  upper: number;
  /** Turns without end: shown within half a turn. */
  endless: boolean;
  slides: boolean;
}

/** Joint angles as bars within their ranges. */
export function showJoints(
  names: readonly string[],
  positions: readonly number[],
  motion: (name: string) => JointMotion | undefined,
): void {
  const box = element('joints');
  const shown = names.filter((name) => {
    const m = motion(name);
    return m !== undefined && m.upper - m.lower > 0.1;
  });
  if (box.childElementCount !== shown.length)
    box.replaceChildren(
      ...shown.map((name) => {
        const row = made('div', '');
        row.className = 'joint';
        const bar = made('div', '');
        bar.className = 'bar';
        bar.append(document.createElement('i'));
        row.append(made('span', name.replace('_joint', '')), bar, made('span', ''));
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

/** What an action answered. */
export function showMessage(text: string, ok: boolean): void {
  const line = element('message');
  line.textContent = text;
  line.className = ok ? '' : 'bad';
}

function made(tag: string, text: string): HTMLElement {
  const e = document.createElement(tag);
  e.textContent = text;
  return e;
}
