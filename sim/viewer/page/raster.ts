import type { ActivityView } from '../protocol.js';

/** Draws spikes against time: the learning-signal generator above, the trainee below, the learning signal's norm over them. */
export function drawRaster(canvas: HTMLCanvasElement, activity: ActivityView): void {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const ratio = Math.min(2, devicePixelRatio);
  const [width, height] = [canvas.clientWidth, 164];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const c = canvas.getContext('2d')!;
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  const left = 76;
  const x = (step: number) => left + ((width - left - 8) * step) / Math.max(1, activity.steps);
  const halves: [string, string, number[], number[], number, number][] = [
    ['generator', '--learned', activity.lsgSteps, activity.lsgIds, activity.lsgNeurons, 4],
    ['trainee', '--target', activity.traineeSteps, activity.traineeIds, activity.traineeNeurons, 78],
  ];
  c.font = '11px system-ui, sans-serif';
  for (const [name, hue, steps, ids, neurons, top] of halves) {
    c.fillStyle = colour('--faint');
    c.fillText(name, 0, top + 14);
    c.fillText(`${neurons} cells`, 0, top + 28);
    c.fillText(`${steps.length} spikes`, 0, top + 42);
    c.fillStyle = colour(hue);
    c.globalAlpha = 0.75;
    for (let k = 0; k < steps.length; k++)
      c.fillRect(x(steps[k]), top + (66 * ids[k]) / Math.max(1, neurons), 1.6, 1.6);
    c.globalAlpha = 1;
  }
  c.fillStyle = colour('--faint');
  const seconds = activity.steps * activity.stepS;
  for (let t = 0; t <= seconds + 1e-9; t += 0.5) {
    const label = `${t.toFixed(1)} s`;
    const px = x(t / Math.max(1e-9, activity.stepS));
    c.fillText(label, Math.min(px, width - c.measureText(label).width), 162);
  }
  const peak = Math.max(1e-12, ...activity.learningSignal);
  c.strokeStyle = colour('--faint');
  c.lineWidth = 1.5;
  c.beginPath();
  activity.learningSignal.forEach((v, k) => {
    const [px, py] = [x(k), 70 - (62 * v) / peak];
    if (k === 0) c.moveTo(px, py);
    else c.lineTo(px, py);
  });
  c.stroke();
}
