import type { TrialTarget } from '../../trial/trial_target.js';
import type { LessonResult } from '../../lesson/lesson.js';
import { figure, type Series } from '../../plot/figure.js';
import type { MotorLearner, Raster } from '../../snn/motor_learner.js';

/** A lesson as SVG: paths of the tool-centre-point, joint velocities, spikes of both networks. */
export function lessonPlot(target: TrialTarget, lesson: LessonResult, learner: MotorLearner): string {
  const { joints, steps, stepS } = target;
  const { before, after, velocities } = lesson;
  const scale = (steps * stepS) / target.durationS; // trial clock to the motion's own
  const timeS = Float64Array.from({ length: steps }, (_, k) => ((k + 1) * stepS) / scale);
  const paths = (x: number, y: number): Series[] =>
    [
      { name: 'target', positions: target.positions, dashed: true },
      { name: 'after', positions: after.positions },
      { name: 'before', positions: before.positions },
    ].map(({ name, positions, dashed }) => ({
      name,
      dashed,
      x: column(positions, 3, x),
      y: column(positions, 3, y),
    }));
  const { lsg, exposure, recall } = learner.activity();
  const config = learner.config;
  return figure(
    [
      {
        kind: 'lines',
        equal: true,
        title: 'Tool-centre-point from above',
        xLabel: 'x, m',
        yLabel: 'y, m',
        series: paths(0, 1),
      },
      {
        kind: 'lines',
        equal: true,
        title: 'Tool-centre-point from the side',
        xLabel: 'x, m',
        yLabel: 'z, m',
        series: paths(0, 2),
      },
      ...joints.map((joint, j) => ({
        kind: 'lines' as const,
        title: `Velocity of ${joint}`,
        xLabel: 'time, s',
        yLabel: 'rad/s',
        series: [
          {
            name: 'target',
            dashed: true,
            x: timeS,
            y: column(target.velocities, joints.length, j).map((v) => v * scale),
          },
          { name: 'recalled', x: timeS, y: column(velocities, joints.length, j).map((v) => v * scale) },
        ],
      })),
      {
        kind: 'raster',
        title: 'Learning-signal generator, exposure',
        xLabel: 'step',
        yLabel: 'neuron',
        rows: config.lsg.neurons,
        columns: steps,
        ...spikes(lsg, steps),
      },
      {
        kind: 'raster',
        title: 'Trainee, exposure',
        xLabel: 'step',
        yLabel: 'neuron',
        rows: config.trainee.neurons,
        columns: steps,
        ...spikes(exposure, steps),
      },
      {
        kind: 'raster',
        title: 'Trainee, recall',
        xLabel: 'step',
        yLabel: 'neuron',
        rows: config.trainee.neurons,
        columns: steps,
        ...spikes(recall, steps),
      },
    ],
    2,
  );
}

function column(rows: ArrayLike<number>, width: number, at: number): Float64Array {
  return Float64Array.from({ length: rows.length / width }, (_, k) => rows[k * width + at]);
}

function spikes(raster: Raster, steps: number): { x: number[]; y: number[] } {
  const x: number[] = [];
  const y: number[] = [];
  for (let t = 0; t < steps; t++)
    for (let k = raster.start[t]; k < raster.start[t + 1]; k++) {
      x.push(t);
      y.push(raster.spikes[k]);
    }
  return { x, y };
}
