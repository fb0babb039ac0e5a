import { replay, type JointResponse } from './joint_response.js';
import type { StepRecording } from './recording.js';

/** A parameter's course through the fit: positive ones are searched on a logarithmic scale. */
interface Unknown {
  name: keyof JointResponse;
  positive: boolean;
  /** Least value, where there is one. */
  least?: number;
}

const UNKNOWNS: Unknown[] = [
  { name: 'deadTimeS', positive: false, least: 0 },
  { name: 'naturalFrequencyRadPerS', positive: true },
  { name: 'dampingRatio', positive: true },
  { name: 'frictionDegrees', positive: true },
  { name: 'integralPerS', positive: true },
  { name: 'loadDegrees', positive: false },
  { name: 'outputLimitDegrees', positive: true },
];

/** Where the search starts; the best end counts. */
const STARTS: JointResponse[] = [
  start(0.05, 8, 0.8, 0.5, 0.3),
  start(0.03, 6, 1.2, 1.2, 0.15),
  start(0.02, 15, 0.9, 0.3, 0.15),
];

/** A fitted response and how well it matches the recordings it was fitted to. */
export interface ResponseFit {
  response: JointResponse;
  /** Root mean square error in degrees of each recording, in their order. */
  rmseDegrees: number[];
}

/**
 * Least-squares fit of a joint's response to recordings, each recording weighted alike whatever its length:
 * Levenberg-Marquardt with central differences from several starts.
 */
export async function fitJointResponse(recordings: readonly StepRecording[]): Promise<ResponseFit> {
  const { lusolve } = await import('mathjs');
  const solve = (a: number[][], b: number[]) => (lusolve(a, b) as number[][]).map(([x]) => x);
  let best: { x: number[]; cost: number } | undefined;
  for (const from of STARTS) {
    const end = descend(
      solve,
      recordings,
      UNKNOWNS.map((u) => toSearch(u, from[u.name])),
    );
    if (!best || end.cost < best.cost) best = end;
  }
  const response = toResponse(best!.x);
  return {
    response,
    rmseDegrees: recordings.map((r) => Math.sqrt(sumOfSquares(residuals([r], best!.x)))),
  };
}

type Solve = (a: number[][], b: number[]) => number[];

function descend(
  solve: Solve,
  recordings: readonly StepRecording[],
  x: number[],
): { x: number[]; cost: number } {
  let damping = 1e-2;
  let r = residuals(recordings, x);
  let cost = sumOfSquares(r);
  for (let iteration = 0; iteration < 60; iteration++) {
    const before = cost;
    const jt = UNKNOWNS.map((_, i) => derivative(recordings, x, i));
    const normal = jt.map((a) => jt.map((b) => dot(a, b)));
    const slope = jt.map((a) => dot(a, r));
    for (let attempt = 0; attempt < 8 && cost === before; attempt++) {
      const damped = normal.map((row, i) => row.map((v, k) => (i === k ? v * (1 + damping) + 1e-12 : v)));
      const step = solve(
        damped,
        slope.map((s) => -s),
      );
      const tried = x.map((v, i) => bounded(UNKNOWNS[i], v + Math.max(-0.5, Math.min(0.5, step[i]))));
      const residual = residuals(recordings, tried);
      const triedCost = sumOfSquares(residual);
      if (triedCost < cost) {
        [x, r, cost] = [tried, residual, triedCost];
        damping /= 3;
      } else damping *= 4;
    }
    if (before - cost < 1e-6 * before) break;
  }
  return { x, cost };
}

function residuals(recordings: readonly StepRecording[], x: number[]): number[] {
  const response = toResponse(x);
  return recordings.flatMap((recording) => {
    const weight = 1 / Math.sqrt(recording.sampleTimeS.length);
    return replay(response, recording).map((p, i) => weight * (p - recording.measuredDegrees[i]));
  });
}

function derivative(recordings: readonly StepRecording[], x: number[], i: number): number[] {
  const h = 0.02;
  const [more, less] = [h, -h].map((d) =>
    residuals(
      recordings,
      x.map((v, k) => (k === i ? v + d : v)),
    ),
  );
  return more.map((v, q) => (v - less[q]) / (2 * h));
}

const toSearch = (u: Unknown, value: number): number => (u.positive ? Math.log(value) : value);
const fromSearch = (u: Unknown, x: number): number => (u.positive ? Math.exp(x) : x);
const bounded = (u: Unknown, x: number): number =>
  u.least === undefined ? x : Math.max(toSearch(u, u.least), x);

function toResponse(x: number[]): JointResponse {
  return Object.fromEntries(
    UNKNOWNS.map((u, i) => [u.name, fromSearch(u, x[i])]),
  ) as unknown as JointResponse;
}

function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

const sumOfSquares = (values: number[]): number => dot(values, values);

function start(
  deadTimeS: number,
  naturalFrequencyRadPerS: number,
  dampingRatio: number,
  frictionDegrees: number,
  integralPerS: number,
): JointResponse {
  return {
    deadTimeS,
    naturalFrequencyRadPerS,
    dampingRatio,
    frictionDegrees,
    integralPerS,
    loadDegrees: 0,
    outputLimitDegrees: 12,
  };
}
