import {
  agesS,
  type Comparison,
  durationFactor,
  type MethodResult,
  startOffsetRad,
} from '../../compare/compare.js';
import { figure } from '../../plot/figure.js';
import { table } from '../output.js';

const cm = (m: number): string => (100 * m).toFixed(2);
const ages = ['1 s', '1 h', '1 day', '1 month'];

const columns: [title: string, cell: (m: MethodResult) => string][] = [
  ['mean, cm', (m) => cm(m.tcpErrorMeanM)],
  ['max, cm', (m) => cm(m.tcpErrorMaxM)],
  ['Frechet, cm', (m) => cm(m.frechetM)],
  ['velocity RMSE, rad/s', (m) => m.velocityRmseRadPerS.map((v) => v.toFixed(3)).join(' ')],
  ['jerk, rad/s3', (m) => m.jerkRmsRadPerS3.toFixed(1)],
  ['stored', (m) => (m.bytesStored === null ? `${m.devicesWritten} devices` : `${m.bytesStored} B`)],
  ['energy, uJ', (m) => (m.energyJ === null ? '-' : (1e6 * m.energyJ).toPrecision(3))],
  ['learning, ms', (m) => m.learningMs.toFixed(1)],
  ...ages
    .slice(1)
    .map((age, k): [string, (m: MethodResult) => string] => [
      `after ${age}, cm`,
      (m) => cm(m.drift[k + 1].tcpErrorMeanM),
    ]),
  [
    `start ${startOffsetRad} rad off: mean, end, cm`,
    (m) => `${cm(m.otherStart.tcpErrorMeanM)}, ${cm(m.otherStart.endErrorM)}`,
  ],
  [`${durationFactor} x as long, cm`, (m) => cm(m.otherDuration.tcpErrorMeanM)],
];

const rowsOf = ({ methods }: Comparison): string[][] => [
  ['method', ...columns.map(([title]) => title)],
  ...methods.map((m) => [m.method, ...columns.map(([, cell]) => cell(m))]),
];

/** All methods, a row each. */
export function comparisonTable(comparison: Comparison): string {
  return table(rowsOf(comparison));
}

/** The tool's paths, and the error over time and over the age of the memory. */
export function comparisonPlot({ demonstration, methods, stepS }: Comparison): string {
  const chosen = [methods[0], methods[2], methods[3], ...methods.slice(-2)];
  const short = (m: MethodResult): string =>
    m.method.replace('refinement steps', 'refined').replace('dynamic ', '');
  const timeS = demonstration.tool.map((_, k) => k * stepS);
  const path = (x: number, y: number) => [
    {
      name: 'demonstration',
      dashed: true,
      x: demonstration.tool.map((p) => p[x]),
      y: demonstration.tool.map((p) => p[y]),
    },
    ...chosen.map((m) => ({ name: short(m), x: m.tool.map((p) => p[x]), y: m.tool.map((p) => p[y]) })),
  ];
  return figure(
    [
      {
        kind: 'lines',
        equal: true,
        title: 'Tool from above',
        xLabel: 'x, m',
        yLabel: 'y, m',
        series: path(0, 1),
      },
      {
        kind: 'lines',
        equal: true,
        title: 'Tool from the side',
        xLabel: 'x, m',
        yLabel: 'z, m',
        series: path(0, 2),
      },
      {
        kind: 'lines',
        title: 'Tool error',
        xLabel: 'time, s',
        yLabel: 'cm',
        series: chosen.map((m) => ({
          name: short(m),
          x: timeS,
          y: m.tool.map((p, k) => 100 * Math.hypot(...p.map((v, c) => v - demonstration.tool[k][c]))),
        })),
      },
      {
        kind: 'lines',
        title: 'Mean tool error by age of the memory',
        xLabel: 'log10 of the age in s',
        yLabel: 'cm',
        series: methods.slice(0, 6).map((m) => ({
          name: short(m),
          x: agesS.map((s) => Math.log10(s)),
          y: m.drift.map((d) => 100 * d.tcpErrorMeanM),
        })),
      },
    ],
    2,
  );
}

/** The comparison as a document. */
export function markdownReport(
  compared: readonly ({ file: string } & Comparison)[],
  plots: readonly string[],
  made: { weights: string; preset: string; seed: number },
): string {
  const parts = compared.map((c, k) => {
    const [head, ...rows] = rowsOf(c).map((row) => `| ${row.join(' | ')} |`);
    return [
      `## ${c.file}`,
      `${c.demonstration.samples} samples, ${c.demonstration.durationS.toFixed(2)} s, joints ${c.joints.join(', ')}; ` +
        `jerk of the demonstration ${c.demonstration.jerkRmsRadPerS3.toFixed(1)} rad/s3 (root mean square).`,
      [head, `|${' --- |'.repeat(columns.length + 1)}`, ...rows].join('\n'),
      `![paths and errors](${plots[k]})`,
    ].join('\n\n');
  });
  return [
    '# Learned motion against the other ways of performing a demonstration',
    `Weights ${made.weights}, memory ${made.preset}, seed ${made.seed}. docs/compare.md says what each column is.`,
    ...parts,
    '',
  ].join('\n\n');
}
