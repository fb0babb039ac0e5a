import type { ActivityView } from '../protocol.js';
import { colour, fitted } from './dom.js';

/**
 * Draws spikes against time: the learning-signal generator above, the trainee below, the learning signal's norm over them.
 * @param part of the trial that the time cursor is at, 0..1.
 */
export function drawRaster(canvas: HTMLCanvasElement, activity: ActivityView, part: number): void {
  const { c, width, height } = fitted(canvas);
  const left = 76;
  const half = (height - 16) / 2;
  const x = (step: number) => left + ((width - left - 8) * step) / Math.max(1, activity.steps);
  const halves: [string, string, number[], number[], number, number][] = [
    ['generator', '--learned', activity.lsgSteps, activity.lsgIds, activity.lsgNeurons, 2],
    ['trainee', '--target', activity.traineeSteps, activity.traineeIds, activity.traineeNeurons, half + 2],
  ];
  c.font = '11px system-ui, sans-serif';
  for (const [name, hue, steps, ids, neurons, top] of halves) {
    c.fillStyle = colour('--faint');
    c.fillText(name, 0, top + 12);
    c.fillText(`${neurons} cells`, 0, top + 26);
    c.fillText(`${steps.length} spikes`, 0, top + 40);
    c.fillStyle = colour(hue);
    c.globalAlpha = 0.75;
    for (let k = 0; k < steps.length; k++)
      c.fillRect(x(steps[k]), top + ((half - 8) * ids[k]) / Math.max(1, neurons), 1.6, 1.6);
    c.globalAlpha = 1;
  }
  c.fillStyle = c.strokeStyle = colour('--faint');
  const seconds = activity.steps * activity.stepS;
  for (let t = 0; t <= seconds + 1e-9; t += 0.5) {
    const label = `${t.toFixed(1)} s`;
    const px = x(t / Math.max(1e-9, activity.stepS));
    c.fillText(label, Math.min(px, width - c.measureText(label).width), height - 1);
  }
  const peak = Math.max(1e-12, ...activity.learningSignal);
  c.lineWidth = 1.5;
  c.beginPath();
  activity.learningSignal.forEach((v, k) => {
    const [px, py] = [x(k), half - 4 - ((half - 8) * v) / peak];
    if (k === 0) c.moveTo(px, py);
    else c.lineTo(px, py);
  });
  c.stroke();
  c.fillStyle = colour('--ink');
  c.fillRect(x(part * activity.steps), 0, 1.5, height - 14);
  canvas.setAttribute(
    'aria-label',
    `spikes of the lesson: generator ${activity.lsgSteps.length} of ${activity.lsgNeurons} cells above, trainee ${activity.traineeSteps.length} of ${activity.traineeNeurons} cells below, the learning signal's norm as a line`,
  );
}
