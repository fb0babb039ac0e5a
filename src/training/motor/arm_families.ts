import type { Random } from '../../kernels/random.js';
import { drawMotion, drawClass, minimumJerk, type MotionClass, trapezoid, brownianWalk } from './families.js';
import { emptyTrial } from './trial.js';

/**
 * Motions of an arm with any number of joints, as angles relative to where they start: the joints share a time law, each has
 * its own amplitude, some stand still. The two-joint kinds of families.ts are among them, on two of the channels.
 */
export const armKinds = [
  'pair',
  'reach',
  'reach_dwell',
  'pick_place',
  'trapezoid',
  'sine1',
  'sine2',
  'curve',
  'brownian',
  'handwriting',
  'polygon',
  'ramp',
  'slow',
  'hold',
] as const;
export type ArmKind = (typeof armKinds)[number];

/** Relative frequency of the kinds in meta-training. */
const weights: Record<ArmKind, number> = {
  pair: 7,
  reach: 2,
  reach_dwell: 2,
  pick_place: 2.5,
  trapezoid: 1,
  sine1: 1.5,
  sine2: 1.5,
  curve: 4,
  brownian: 3,
  handwriting: 2,
  polygon: 2,
  ramp: 0.7,
  slow: 0.5,
  hold: 0.3,
};

/** Largest displacement (rad) and speed (rad/s) of a channel. */
export const channelLimits = { angleRad: 2.2, velocityRadPerS: Math.PI } as const;

/** Draws a motion of a kind (any kind, by frequency, where none is named) into steps x channels velocities; returns its kind. */
export function drawArmMotion(
  random: Random,
  velocities: Float32Array,
  channels: number,
  stepS: number,
  wanted?: ArmKind,
): ArmKind {
  const kind = wanted ?? drawKind(random);
  velocities.fill(0);
  if (kind === 'pair') pair(random, velocities, channels);
  else if (kind !== 'hold') {
    const active = subset(random, channels);
    generators[kind]({ random, velocities, channels, stepS, active });
    for (const channel of active) keepWithinLimits(velocities, channels, channel, stepS);
  }
  return kind;
}

function drawKind(random: Random): ArmKind {
  const total = armKinds.reduce((sum, kind) => sum + weights[kind], 0);
  let at = random.uniform() * total;
  for (const kind of armKinds) if ((at -= weights[kind]) < 0) return kind;
  return 'hold';
}

/** Channels that move: as often few as many, any of them. */
function subset(random: Random, channels: number): number[] {
  const count = 1 + random.integer(channels);
  const all = Array.from({ length: channels }, (_, c) => c);
  for (let c = 0; c < count; c++) {
    const other = c + random.integer(channels - c);
    [all[c], all[other]] = [all[other], all[c]];
  }
  return all.slice(0, count);
}

interface Draw {
  random: Random;
  velocities: Float32Array;
  channels: number;
  stepS: number;
  active: readonly number[];
}

/** A motion of the two-joint family, on the first two channels as often as on any other two. */
function pair(random: Random, velocities: Float32Array, channels: number): void {
  const steps = velocities.length / channels;
  const kind: MotionClass = drawClass(random);
  const two = emptyTrial(steps);
  drawMotion(kind, random, two);
  let [a, b] = [0, Math.min(1, channels - 1)];
  if (channels > 2 && random.uniform() < 0.5) {
    a = random.integer(channels);
    b = (a + 1 + random.integer(channels - 1)) % channels;
  }
  for (let t = 0; t < steps; t++) {
    velocities[channels * t + a] = two.velocities[2 * t];
    if (b !== a) velocities[channels * t + b] = two.velocities[2 * t + 1];
  }
}

/** Scales a channel down to the limits. */
function keepWithinLimits(velocities: Float32Array, channels: number, channel: number, stepS: number): void {
  let [q, angle, speed] = [0, 0, 0];
  for (let k = channel; k < velocities.length; k += channels) {
    q += stepS * velocities[k];
    angle = Math.max(angle, Math.abs(q));
    speed = Math.max(speed, Math.abs(velocities[k]));
  }
  const factor = Math.min(1, channelLimits.angleRad / angle, channelLimits.velocityRadPerS / speed);
  if (factor < 1) for (let k = channel; k < velocities.length; k += channels) velocities[k] *= factor;
}

/** Velocities of a channel whose angle (at the end of each step) follows angle(s), s = share of the trial. */
function follow({ velocities, channels, stepS }: Draw, channel: number, angle: (s: number) => number): void {
  const steps = velocities.length / channels;
  let before = angle(0);
  for (let t = 0; t < steps; t++) {
    const q = angle((t + 1) / steps);
    velocities[channels * t + channel] = (q - before) / stepS;
    before = q;
  }
}

/** An amplitude of either sense; small ones are as likely as in an arm's motion, where one joint does most. */
function amplitude(random: Random, largest: number): number {
  const size = largest * (0.03 + 0.97 * random.uniform() ** 1.5);
  return random.uniform() < 0.5 ? -size : size;
}

/** Angles of a channel through corners at shares of the trial, minimum jerk between them. */
function through(corners: readonly { at: number; angle: number }[]): (s: number) => number {
  return (s) => {
    let k = 0;
    while (k < corners.length - 2 && s > corners[k + 1].at) k++;
    const [from, to] = [corners[k], corners[k + 1]];
    return from.angle + (to.angle - from.angle) * minimumJerk((s - from.at) / (to.at - from.at));
  };
}

function reach(draw: Draw, shortest: number, longest: number): void {
  const { random, active } = draw;
  const onset = 0.15 * random.uniform();
  const duration = Math.min(1 - onset, shortest + (longest - shortest) * random.uniform());
  for (const channel of active) {
    const end = amplitude(random, 1.9);
    follow(draw, channel, (s) => end * minimumJerk((s - onset) / duration));
  }
}

function sine(draw: Draw, fewest: number, most: number): void {
  const { random, active } = draw;
  const cycles = fewest + (most - fewest) * random.uniform();
  const common = random.uniform() < 0.5;
  const shift = random.uniform() < 0.5 ? 0 : 2 * Math.PI * random.uniform();
  for (const channel of active) {
    const size = amplitude(random, 0.8);
    const phase = common ? shift : 2 * Math.PI * random.uniform();
    follow(draw, channel, (s) => size * (Math.sin(2 * Math.PI * cycles * s + phase) - Math.sin(phase)));
  }
}

/** A plane curve: position (x, y) at share s of its way. */
type Curve = (s: number) => readonly [number, number];

function planeCurve(random: Random): Curve {
  const start = random.uniform() < 0.5 ? 0 : 2 * Math.PI * random.uniform();
  const sense = random.uniform() < 0.5 ? -1 : 1;
  const rounds = 0.6 + 0.6 * random.uniform();
  const flat = 0.4 + 0.6 * random.uniform();
  const angle = (s: number): number => start + sense * 2 * Math.PI * rounds * s;
  switch (random.integer(5)) {
    case 0:
      return (s) => [Math.cos(angle(s)), flat * Math.sin(angle(s))];
    case 1:
      return (s) => [Math.sin(angle(s)), flat * Math.sin(2 * angle(s)) * 0.6];
    case 2: {
      const corners: [number, number][] = [
        [0, 0],
        [1, 0],
        [1, flat],
        [0, flat],
        [0, 0],
      ];
      if (sense < 0) corners.reverse();
      const smooth = random.uniform() < 0.5;
      return (s) => {
        const side = Math.min(3, Math.floor(4 * s));
        const x = smooth ? minimumJerk(4 * s - side) : 4 * s - side;
        return [0, 1].map((c) => corners[side][c] + (corners[side + 1][c] - corners[side][c]) * x) as [
          number,
          number,
        ];
      };
    }
    case 3: {
      const strokes = Array.from({ length: 3 + random.integer(3) }, () => [
        0.6 * random.gaussian(),
        0.6 * random.gaussian(),
      ]);
      const width = (1.2 + 0.6 * random.uniform()) / strokes.length;
      return (s) => {
        let [x, y] = [0, 0];
        strokes.forEach(([dx, dy], k) => {
          const done = minimumJerk((s - (0.9 * k) / strokes.length) / width);
          x += dx * done;
          y += dy * done;
        });
        return [x, y];
      };
    }
    default: {
      const [dx, dy] = [random.gaussian(), random.gaussian()];
      const back = random.uniform() < 0.4;
      return (s) => {
        const way = back ? minimumJerk(s < 0.5 ? 2 * s : 2 - 2 * s) : minimumJerk(s);
        return [dx * way, dy * way];
      };
    }
  }
}

const generators: Record<Exclude<ArmKind, 'pair' | 'hold'>, (draw: Draw) => void> = {
  reach: (draw) => reach(draw, 0.6, 1),
  reach_dwell: (draw) => reach(draw, 0.25, 0.55),
  pick_place(draw) {
    const { random, active } = draw;
    const moves = 2 + random.integer(2);
    // moving and resting take turns
    const cuts = Array.from({ length: moves }, () => [0.6 + 0.8 * random.uniform(), 0.5 * random.uniform()]);
    const total = cuts.flat().reduce((a, b) => a + b, 0);
    const home = random.uniform() < 0.6;
    for (const channel of active) {
      const corners = [{ at: 0, angle: 0 }];
      let at = 0;
      cuts.forEach(([move, rest], k) => {
        const angle = home && k === moves - 1 ? 0 : amplitude(random, 1.1);
        corners.push(
          { at: (at += move / total), angle },
          { at: (at += Math.max(1e-6, rest / total)), angle },
        );
      });
      follow(draw, channel, through(corners));
    }
  },
  trapezoid(draw) {
    const { random, active } = draw;
    const ramp = 0.1 + 0.3 * random.uniform();
    const duration = 0.5 + 0.5 * random.uniform();
    for (const channel of active) {
      const end = amplitude(random, 1.9);
      follow(draw, channel, (s) => end * trapezoid(s / duration, ramp));
    }
  },
  sine1: (draw) => sine(draw, 0.5, 1.3),
  sine2: (draw) => sine(draw, 1.7, 2.2),
  curve(draw) {
    // a curve in a plane, seen through a smooth map from the plane to the joints
    const { random, active } = draw;
    const curve = planeCurve(random);
    const [x0, y0] = curve(0);
    const bend = 0.35 * random.uniform();
    const even = random.uniform() < 0.5;
    for (const channel of active) {
      const [a, b] = [0.45 * random.gaussian(), 0.45 * random.gaussian()];
      const [c, d, e] = [bend * random.gaussian(), bend * random.gaussian(), bend * random.gaussian()];
      follow(draw, channel, (s) => {
        const [x, y] = curve(even ? s : minimumJerk(s));
        const [u, v] = [x - x0, y - y0];
        return a * u + b * v + c * u * u + d * u * v + e * v * v;
      });
    }
  },
  brownian(draw) {
    const { random, velocities, channels, active } = draw;
    const size = 0.4 + 0.6 * random.uniform();
    const one = new Float64Array(velocities.length / channels);
    for (const channel of active) {
      brownianWalk(random, one);
      for (let t = 0; t < one.length; t++) velocities[channels * t + channel] = size * one[t];
    }
  },
  handwriting(draw) {
    const { random, active } = draw;
    const strokes = 3 + random.integer(4);
    const size = 0.1 + 0.35 * random.uniform();
    const duration = (1.2 + 0.6 * random.uniform()) / strokes;
    for (const channel of active) {
      const by = Array.from({ length: strokes }, () => size * random.gaussian());
      follow(draw, channel, (s) =>
        by.reduce((q, step, k) => q + step * minimumJerk((s - (0.9 * k) / strokes) / duration), 0),
      );
    }
  },
  polygon(draw) {
    const { random, active } = draw;
    const sides = 2 + random.integer(4);
    const smooth = random.uniform() < 0.5;
    const closed = random.uniform() < 0.5;
    for (const channel of active) {
      const corners = Array.from({ length: sides + 1 }, (_, k) =>
        k === 0 || (closed && k === sides) ? 0 : amplitude(random, 0.8),
      );
      follow(draw, channel, (s) => {
        const side = Math.min(sides - 1, Math.floor(s * sides));
        const x = s * sides - side;
        return corners[side] + (corners[side + 1] - corners[side]) * (smooth ? minimumJerk(x) : x);
      });
    }
  },
  ramp(draw) {
    const { random, velocities, channels, active } = draw;
    const onset = random.uniform() < 0.5 ? 0 : 0.3 * random.uniform();
    const steps = velocities.length / channels;
    for (const channel of active) {
      const end = amplitude(random, 1.8);
      for (let t = 0; t < steps; t++)
        velocities[channels * t + channel] = end * Math.max(0, (t / steps - onset) / (1 - onset));
    }
  },
  slow(draw) {
    const { random, velocities, channels, active } = draw;
    for (const channel of active) {
      const speed = 0.3 * (2 * random.uniform() - 1);
      for (let k = channel; k < velocities.length; k += channels) velocities[k] = speed;
    }
  },
};
