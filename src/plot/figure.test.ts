import { XMLValidator } from 'fast-xml-parser';
import { extent, linearAxis, logAxis } from './axis.js';
import { figure, linePlot } from './figure.js';

test('a linear axis has round ticks and maps its ends', () => {
  const axis = linearAxis(-0.13, 0.94, 0, 100);
  expect(axis.ticks.map((t) => t.label)).toEqual(['-0.5', '0.0', '0.5', '1.0']);
  expect(axis.toPixel(-0.5)).toBe(0);
  expect(axis.toPixel(1)).toBe(100);
  expect(linearAxis(3, 3, 0, 10).ticks.length).toBeGreaterThan(1);
});

test('a logarithmic axis covers the data with decades, and survives zeros', () => {
  const axis = logAxis(0.03, 40, 100, 0);
  expect(axis.ticks.map((t) => t.value)).toEqual([0.01, 0.1, 1, 10, 100]);
  expect(axis.toPixel(1)).toBeCloseTo(50, 6);
  expect(logAxis(0, 5, 0, 1).ticks.length).toBeGreaterThan(1);
});

test('gaps are left out of the extent', () => {
  expect(extent([NaN, 2, Infinity], [-1])).toEqual([-1, 2]);
  expect(extent([])).toEqual([0, 1]);
});

test('a figure is well-formed XML whatever the labels and values', () => {
  const svg = figure([
    {
      kind: 'lines',
      title: 'a < b & "c"',
      xLabel: 'x',
      yLabel: 'y',
      series: [{ name: '<s>', x: [0, 1, 2, 3], y: [0, NaN, 2, 1] }],
    },
    { kind: 'raster', xLabel: 'step', yLabel: 'neuron', rows: 5, columns: 9, x: [1, 8], y: [0, 4] },
    { kind: 'lines', equal: true, xLabel: 'x', yLabel: 'y', series: [{ name: '', x: [0, 1], y: [5, 5] }] },
  ]);
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg).not.toContain('NaN');
});

test('a curve with a gap starts anew, a long one is thinned', () => {
  const gap = linePlot({ xLabel: '', yLabel: '', series: [{ name: '', x: [0, 1, 2], y: [0, NaN, 1] }] });
  expect(gap.match(/stroke-width="1.6"/g)).toHaveLength(1);
  expect(/d="(M[^"]*)" fill="none" stroke="#0072b2"/.exec(gap)![1].match(/M/g)).toHaveLength(2);
  const x = Float64Array.from({ length: 1e5 }, (_, i) => i);
  expect(linePlot({ xLabel: '', yLabel: '', series: [{ name: '', x, y: x }] }).length).toBeLessThan(60000);
});
