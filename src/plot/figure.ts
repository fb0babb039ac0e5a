import { extent, linearAxis, logAxis, type Axis } from './axis.js';

/** A curve; x and y of one length, not finite values are gaps. */
export interface Series {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  dashed?: boolean;
}

/** One plot of a figure. */
export type Panel = { title?: string; xLabel: string; yLabel: string } & (
  | {
      kind: 'lines';
      series: Series[];
      logX?: boolean;
      logY?: boolean;
      /** Equal scale on both axes: for paths in space. */
      equal?: boolean;
    }
  | {
      kind: 'raster';
      /** Rows of the raster (neurons). */
      rows: number;
      /** Extent of the x axis (steps). */
      columns: number;
      /** Column and row of each spike. */
      x: ArrayLike<number>;
      y: ArrayLike<number>;
    }
);

// Okabe and Ito's palette: told apart without colour vision, too
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#555555'];
const margin = { left: 62, right: 14, top: 30, bottom: 46 };
const pointsAtMost = 1500;

/** An SVG document with panels in rows of `columns`; `panelSize` in pixels. */
export function figure(
  panels: readonly Panel[],
  columns = Math.min(2, panels.length),
  panelSize: [number, number] = [460, 320],
): string {
  const [w, h] = panelSize;
  const width = w * columns;
  const height = h * Math.ceil(panels.length / columns);
  const body = panels.map(
    (p, i) =>
      `<g transform="translate(${(i % columns) * w},${Math.floor(i / columns) * h})">${drawPanel(p, w, h)}</g>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="Helvetica, Arial, sans-serif" font-size="12">\n` +
    `<rect width="${width}" height="${height}" fill="white"/>\n${body.join('\n')}\n</svg>\n`
  );
}

/** A figure of a single line plot. */
export function linePlot(panel: Omit<Extract<Panel, { kind: 'lines' }>, 'kind'>): string {
  return figure([{ ...panel, kind: 'lines' } as Panel], 1, [640, 400]);
}

function drawPanel(panel: Panel, w: number, h: number): string {
  const box = { x0: margin.left, x1: w - margin.right, y0: h - margin.bottom, y1: margin.top };
  const [xAxis, yAxis] = axesOf(panel, box);
  const grid = [
    ...xAxis.ticks.map(({ value, label }) => {
      const x = px(xAxis.toPixel(value));
      return `<path d="M${x} ${box.y0}V${box.y1}" stroke="#e5e5e5"/><text x="${x}" y="${box.y0 + 16}" text-anchor="middle">${label}</text>`;
    }),
    ...yAxis.ticks.map(({ value, label }) => {
      const y = px(yAxis.toPixel(value));
      return `<path d="M${box.x0} ${y}H${box.x1}" stroke="#e5e5e5"/><text x="${box.x0 - 6}" y="${Number(y) + 4}" text-anchor="end">${label}</text>`;
    }),
  ];
  const middle = { x: (box.x0 + box.x1) / 2, y: (box.y0 + box.y1) / 2 };
  return [
    ...grid,
    `<rect x="${box.x0}" y="${box.y1}" width="${box.x1 - box.x0}" height="${box.y0 - box.y1}" fill="none" stroke="#888"/>`,
    panel.title
      ? `<text x="${middle.x}" y="18" text-anchor="middle" font-size="14">${escape(panel.title)}</text>`
      : '',
    `<text x="${middle.x}" y="${h - 10}" text-anchor="middle">${escape(panel.xLabel)}</text>`,
    `<text transform="translate(14,${middle.y}) rotate(-90)" text-anchor="middle">${escape(panel.yLabel)}</text>`,
    panel.kind === 'lines' ? drawSeries(panel.series, xAxis, yAxis, box) : drawSpikes(panel, xAxis, yAxis),
  ].join('');
}

interface Box {
  x0: number;
  x1: number;
  y0: number;
  y1: number;
}

function axesOf(panel: Panel, box: Box): [Axis, Axis] {
  if (panel.kind === 'raster')
    return [
      linearAxis(0, panel.columns, box.x0, box.x1, true),
      linearAxis(0, panel.rows, box.y0, box.y1, true),
    ];
  let [xLow, xHigh] = extent(...panel.series.map((s) => s.x));
  let [yLow, yHigh] = extent(...panel.series.map((s) => s.y));
  const xAxis = (panel.logX ? logAxis : linearAxis)(xLow, xHigh, box.x0, box.x1, true);
  if (panel.logY) return [xAxis, logAxis(yLow, yHigh, box.y0, box.y1)];
  if (panel.equal) {
    const perPixel =
      1.1 * Math.max((xHigh - xLow) / (box.x1 - box.x0), (yHigh - yLow) / (box.y0 - box.y1), 1e-6);
    [xLow, xHigh] = around((xLow + xHigh) / 2, perPixel * (box.x1 - box.x0));
    [yLow, yHigh] = around((yLow + yHigh) / 2, perPixel * (box.y0 - box.y1));
  }
  return [
    panel.equal ? linearAxis(xLow, xHigh, box.x0, box.x1, true) : xAxis,
    linearAxis(yLow, yHigh, box.y0, box.y1, panel.equal),
  ];
}

function around(centre: number, size: number): [number, number] {
  return [centre - size / 2, centre + size / 2];
}

function drawSeries(series: Series[], xAxis: Axis, yAxis: Axis, box: Box): string {
  const lines = series.map((s, i) => {
    const stride = Math.max(1, Math.ceil(s.x.length / pointsAtMost));
    let path = '';
    let pen = false;
    for (let k = 0; k < s.x.length; k += stride) {
      const drawable = Number.isFinite(s.x[k]) && Number.isFinite(s.y[k]);
      if (drawable) path += `${pen ? 'L' : 'M'}${px(xAxis.toPixel(s.x[k]))} ${px(yAxis.toPixel(s.y[k]))}`;
      pen = drawable;
    }
    const dash = s.dashed ? ' stroke-dasharray="6 4"' : '';
    return `<path d="${path}" fill="none" stroke="${colours[i % colours.length]}" stroke-width="1.6"${dash}/>`;
  });
  const named = series.some((s) => s.name);
  const legend = series.map((s, i) => {
    const y = box.y1 + 14 + 16 * i;
    const dash = s.dashed ? ' stroke-dasharray="6 4"' : '';
    return (
      `<path d="M${box.x1 - 28} ${y}h20" stroke="${colours[i % colours.length]}" stroke-width="2"${dash}/>` +
      `<text x="${box.x1 - 34}" y="${y + 4}" text-anchor="end" stroke="white" stroke-width="3" paint-order="stroke">${escape(s.name)}</text>`
    );
  });
  return lines.join('') + (named ? legend.join('') : '');
}

function drawSpikes(panel: Extract<Panel, { kind: 'raster' }>, xAxis: Axis, yAxis: Axis): string {
  let path = '';
  for (let k = 0; k < panel.x.length; k++)
    path += `M${px(xAxis.toPixel(panel.x[k]))} ${px(yAxis.toPixel(panel.y[k]))}v-2`;
  return `<path d="${path}" stroke="#222" stroke-width="1"/>`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
