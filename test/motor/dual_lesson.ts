/**
 * One lesson (exposure, natural e-prop's update, recall) in plain float64 with dual numbers: value and derivative along one
 * direction of the weights, carried through every operation. Slow and literal: an oracle for kernels and adjoint.
 */
import { clockLine } from '../../src/snn/encoder.js';
import type { MotorNetworkConfig, MotorTensors } from '../../src/snn/motor_network.js';
import type { TrialMotion } from '../../src/trial/trial_target.js';

export interface Dual {
  x: number;
  d: number;
}
const constant = (x: number): Dual => ({ x, d: 0 });
const add = (a: Dual, b: Dual): Dual => ({ x: a.x + b.x, d: a.d + b.d });
const sub = (a: Dual, b: Dual): Dual => ({ x: a.x - b.x, d: a.d - b.d });
const mul = (a: Dual, b: Dual): Dual => ({ x: a.x * b.x, d: a.d * b.x + a.x * b.d });
const scale = (s: number, a: Dual): Dual => ({ x: s * a.x, d: s * a.d });
const cos = (a: Dual): Dual => ({ x: Math.cos(a.x), d: -Math.sin(a.x) * a.d });
const sin = (a: Dual): Dual => ({ x: Math.sin(a.x), d: Math.cos(a.x) * a.d });
const sum = (list: Dual[]): Dual => list.reduce(add, constant(0));

/** How a spike follows from membrane and threshold: as released (step, triangular derivative), or smooth for finite differences. */
export type Spiking = 'released' | 'smooth';

/** The triangular pseudo-derivative, and its own derivative in v. */
function tent(v: number, threshold: number, base: number, damping: number): number {
  return (damping * Math.max(0, 1 - Math.abs((v - threshold) / base))) / base;
}

function spike(mode: Spiking, v: Dual, threshold: Dual, base: number, damping: number): Dual {
  const d = v.d - threshold.d;
  if (mode === 'released')
    return { x: v.x > threshold.x ? 1 : 0, d: tent(v.x, threshold.x, base, damping) * d };
  const s = 1 / (1 + Math.exp(-(v.x - threshold.x) / 0.2));
  return { x: s, d: ((s * (1 - s)) / 0.2) * d };
}

/** h as a function of v: the tent as released; a bell for the smooth variant. */
function pseudoDerivative(mode: Spiking, v: Dual, threshold: number, damping: number): Dual {
  if (mode === 'released') {
    const x = tent(v.x, threshold, threshold, damping);
    return { x, d: x > 0 ? ((-damping * Math.sign(v.x - threshold)) / threshold ** 2) * v.d : 0 };
  }
  const u = (v.x - threshold) / threshold;
  const x = (damping * Math.exp(-u * u)) / threshold;
  return { x, d: ((-2 * u * x) / threshold) * v.d };
}

export interface DualResult {
  loss: Dual;
  velocities: Dual[][];
  update: { input: Dual[][]; recurrent: Dual[][]; readout: Dual[][] };
  spikes: { lsg: number[][]; exposure: number[][]; recall: number[][] };
}

/** Weights of the loss terms; rates are spikes a step. */
export interface LossWeights {
  velocity: number;
  position: number;
  rate: number;
  traineeRate: number;
  lsgRate: number;
}

/**
 * Runs a lesson. @param inputs the LSG's input vector of each step. @param direction of the derivative, tensors as weights.
 */
export function dualLesson(
  config: MotorNetworkConfig,
  weights: MotorTensors,
  direction: Partial<MotorTensors>,
  inputs: number[][],
  target: TrialMotion,
  loss: LossWeights,
  mode: Spiking,
): DualResult {
  const { steps, joints, clockLines, stepS } = config;
  const m = config.lsg.neurons;
  const n = config.trainee.neurons;
  const signals = n + (config.update.readout ? joints : 0);
  const matrix = (name: keyof MotorTensors, columns: number): ((i: number, j: number) => Dual) => {
    const [w, t] = [weights[name]!, direction[name]];
    return (i, j) => ({ x: w[i * columns + j], d: t ? t[i * columns + j] : 0 });
  };
  const range = (k: number): number[] => Array.from({ length: k }, (_, i) => i);
  const membrane = Math.exp(-1 / config.trainee.tauMembraneSteps);
  const readout = Math.exp(-1 / config.tauReadoutSteps);

  // learning-signal generator
  const [lin, lrec, lout] = [matrix('lsgInput', m), matrix('lsgRecurrent', m), matrix('lsgReadout', signals)];
  const ldir = weights.lsgDirect ? matrix('lsgDirect', signals) : null;
  const lsgMembrane = Math.exp(-1 / config.lsg.tauMembraneSteps);
  const rho = Math.exp(-1 / config.lsg.tauAdaptationSteps);
  const adaptive = Math.floor(config.lsg.adaptiveFraction * m);
  const beta = range(m).map((i) => (i >= m - adaptive ? config.lsg.adaptation : 0));
  let v = range(m).map(() => constant(0));
  let z = range(m).map(() => constant(0));
  let b = range(m).map(() => constant(0));
  let refractory = range(m).map(() => 0);
  let signal = range(signals).map(() => constant(0));
  const L: Dual[][] = [];
  const lsgZ: Dual[][] = [];
  for (let t = 0; t < steps; t++) {
    b = b.map((x, i) => add(scale(rho, x), z[i]));
    const threshold = b.map((x, i) => add(constant(config.lsg.threshold), scale(beta[i], x)));
    v = range(m).map((j) =>
      sub(
        sum([
          scale(lsgMembrane, v[j]),
          ...inputs[t].map((x, k) => scale(x, lin(k, j))),
          ...range(m).map((i) => (i === j ? constant(0) : mul(z[i], lrec(i, j)))),
        ]),
        mul(z[j], threshold[j]),
      ),
    );
    z = v.map((x, j) =>
      refractory[j] > 0
        ? constant(0)
        : spike(mode, x, threshold[j], config.lsg.threshold, config.lsg.damping),
    );
    if (mode === 'released')
      refractory = refractory.map((r, j) => Math.max(0, r + config.lsg.refractorySteps * z[j].x - 1));
    signal = range(signals).map((c) =>
      sum([
        scale(readout, signal[c]),
        ...range(m).map((i) => mul(z[i], lout(i, c))),
        ...(ldir ? inputs[t].map((x, k) => scale(x, ldir(k, c))) : []),
      ]),
    );
    L.push(signal);
    lsgZ.push(z);
  }

  // trainee
  const { threshold, damping, refractorySteps } = config.trainee;
  type Get = (i: number, j: number) => Dual;
  const run = (tin: Get, trec: Get, tout: Get): { out: Dual[][]; z: Dual[][]; h: Dual[][] } => {
    let v = range(n).map(() => constant(0));
    let z = range(n).map(() => constant(0));
    let refractory = range(n).map(() => 0);
    let y = range(joints).map(() => constant(0));
    const all: { out: Dual[][]; z: Dual[][]; h: Dual[][] } = { out: [], z: [], h: [] };
    for (let t = 0; t < steps; t++) {
      const line = clockLine(t, clockLines);
      v = range(n).map((j) =>
        sum([
          scale(membrane, v[j]),
          line >= 0 ? tin(line, j) : constant(0),
          ...range(n).map((i) => (i === j ? constant(0) : mul(z[i], trec(i, j)))),
          scale(-threshold, z[j]),
        ]),
      );
      const h = v.map((x, j) =>
        refractory[j] > 0 ? constant(0) : pseudoDerivative(mode, x, threshold, damping),
      );
      z = v.map((x, j) =>
        refractory[j] > 0 ? constant(0) : spike(mode, x, constant(threshold), threshold, damping),
      );
      if (mode === 'released')
        refractory = refractory.map((r, j) => Math.max(0, r + refractorySteps * z[j].x - 1));
      y = range(joints).map((k) =>
        sum([scale(readout, y[k]), ...range(n).map((i) => mul(z[i], tout(i, k)))]),
      );
      all.out.push(y);
      all.z.push(z);
      all.h.push(h);
    }
    return all;
  };
  const tin = matrix('traineeInput', n);
  const trec = matrix('traineeRecurrent', n);
  const tout = matrix('traineeReadout', joints);
  const exposure = run(tin, trec, tout);

  // natural e-prop's one update
  const rate = -config.update.learningRate;
  const trace = (x: (t: number) => Dual): Dual[] => {
    let a = constant(0);
    return range(steps).map((t) => (a = add(scale(membrane, a), x(t))));
  };
  const clockTraces = range(clockLines).map((k) =>
    trace((t) => constant(clockLine(t, clockLines) === k ? 1 : 0)),
  );
  const spikeTraces = range(n).map((i) => trace((t) => (t > 0 ? exposure.z[t - 1][i] : constant(0))));
  const eligible = (traces: Dual[][], j: number): Dual[] =>
    traces.map((x) => scale(rate, sum(range(steps).map((t) => mul(mul(exposure.h[t][j], L[t][j]), x[t])))));
  const columns = (traces: Dual[][]): Dual[][] => {
    const byPost = range(n).map((j) => eligible(traces, j));
    return traces.map((_, i) => range(n).map((j) => byPost[j][i]));
  };
  const update = {
    input: columns(clockTraces),
    recurrent: columns(spikeTraces),
    readout: range(n).map((i) =>
      range(joints).map((k) =>
        config.update.readout
          ? scale(rate, sum(range(steps).map((t) => mul(L[t][n + k], spikeTraces[i][t]))))
          : constant(0),
      ),
    ),
  };
  const recall = run(
    (i, j) => add(tin(i, j), update.input[i][j]),
    (i, j) => add(trec(i, j), update.recurrent[i][j]),
    (i, k) => add(tout(i, k), update.readout[i][k]),
  );

  // loss: of two joints with the paper's kinematics written out, of others on the angles themselves
  const q = range(joints).map(() => constant(0));
  const squares: Dual[] = [];
  const distances: Dual[] = [];
  for (let t = 0; t < steps; t++) {
    for (let k = 0; k < joints; k++) {
      q[k] = add(q[k], scale(stepS, recall.out[t][k]));
      const e = sub(recall.out[t][k], constant(target.velocities[t * joints + k]));
      squares.push(mul(e, e));
    }
    if (joints !== 2) {
      q.forEach((angle, k) => {
        const e = sub(angle, constant(target.angles[t * joints + k]));
        distances.push(mul(e, e));
      });
      continue;
    }
    const [c1, s1, c2, s2] = [
      cos(scale(-1, q[0])),
      sin(scale(-1, q[0])),
      cos(scale(-1, q[1])),
      sin(scale(-1, q[1])),
    ];
    const r = add(constant(0.05), scale(0.87, c2));
    const tcp = [
      add(mul(r, c1), scale(0.033, s1)),
      add(mul(r, s1), scale(-0.033, c1)),
      add(constant(0.3585), scale(-0.87, s2)),
    ];
    tcp.forEach((p, k) => {
      const e = sub(p, constant(target.positions[3 * t + k]));
      distances.push(mul(e, e));
    });
  }
  const rateTerm = (runs: Dual[][][], neurons: number, wanted: number): Dual =>
    sum(
      range(neurons).map((j) => {
        const all = runs.flatMap((r) => r.map((z) => z[j]));
        const excess = add(scale(1 / all.length, sum(all)), constant(-wanted));
        return scale(loss.rate, mul(excess, excess));
      }),
    );
  const total = sum([
    scale(loss.velocity / squares.length, sum(squares)),
    scale(loss.position / distances.length, sum(distances)),
    rateTerm([exposure.z, recall.z], n, loss.traineeRate),
    rateTerm([lsgZ], m, loss.lsgRate),
  ]);
  const raster = (zs: Dual[][]): number[][] => zs.map((z) => range(z.length).filter((i) => z[i].x > 0.5));
  return {
    loss: total,
    velocities: recall.out,
    update,
    spikes: { lsg: raster(lsgZ), exposure: raster(exposure.z), recall: raster(recall.z) },
  };
}
