import type { LessonView, NodeStatus } from '../protocol.js';
import { centimetres, element, made } from './dom.js';

/** Scores and facts of a lesson; null: there is none. */
export function showLesson(lesson: LessonView | null): void {
  element('lesson-name').textContent = lesson ? `lesson ${lesson.name || ''}`.trim() : 'no lesson yet';
  element('lesson-hint').hidden = lesson !== null;
  const score = (id: string, value: { tcpErrorMeanM: number } | null | undefined, quality = ''): void => {
    element(id).textContent = value ? centimetres(value.tcpErrorMeanM) : '–';
    element(id).className = value ? quality : '';
  };
  score('error-before', lesson?.before);
  score('error-after', lesson?.after, lesson?.gateAccepted ? 'good' : 'bad');
  score('error-executed', lesson?.executed, lesson?.asPredicted ? 'good' : 'bad');
  element('facts').replaceChildren(
    ...(lesson ? factsOf(lesson) : []).flatMap(([name, value]) => [made('dt', name), made('dd', value)]),
  );
  element('reasons').replaceChildren(...(lesson?.reasons.map((r) => made('li', r)) ?? []));
}

function factsOf(lesson: LessonView): [string, string][] {
  return [
    ['synapses', lesson.backend],
    ['weights', lesson.weights.split('/').slice(-2)[0] || lesson.weights],
    ['weight updates', String(lesson.updates)],
    ['lesson', `${lesson.lessonMs.toFixed(1)} ms`],
    ...(lesson.devicesTotal > 0
      ? [
          ['devices written', `${lesson.devicesWritten} of ${lesson.devicesTotal}`] as [string, string],
          ['pulses', String(lesson.pulses)] as [string, string],
        ]
      : []),
    ...(lesson.energyJ > 0
      ? [['energy', `${(1e6 * lesson.energyJ).toPrecision(3)} µJ`] as [string, string]]
      : []),
    ['largest error, predicted', centimetres(lesson.after.tcpErrorMaxM)],
    ...(lesson.executed
      ? [['behind its command', `${Math.round(1000 * lesson.executedDelayS)} ms`] as [string, string]]
      : []),
    ['duration', `${lesson.timeScaling.toFixed(2)} × target`],
  ];
}

/** State of the arm or the learner as a chip. */
export function showStatus(id: string, name: string, status: NodeStatus | null): void {
  const chip = element(id);
  const text = status
    ? `${name}: ${status.state}${status.stopped && status.reason ? ` (${status.reason})` : ''}`
    : `${name}: unknown`;
  if (chip.textContent !== text) chip.textContent = chip.title = text;
  chip.classList.toggle('bad', status?.stopped === true);
  chip.classList.toggle('good', status?.stopped === false);
}
