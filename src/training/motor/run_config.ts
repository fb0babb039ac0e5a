import { z } from 'zod';
import { paperConfig, type MotorNetworkConfig } from '../../snn/motor_network.js';
import { families, motionClasses } from './families.js';

/** Everything that determines a meta-training run, bit for bit. Stored with the weights. */
export const runSchema = z.strictObject({
  family: z.enum(families),
  /** Family diverse: parts in which its kinds are drawn for training; absent: a third Brownian, the others alike. */
  mix: z
    .partialRecord(z.enum(motionClasses), z.number().min(0))
    .refine((mix) => Object.values(mix).some((part) => part > 0), 'a part above 0')
    .optional(),
  iterations: z.int().min(1).max(10_000_000),
  /** Tasks an iteration. */
  batch: z.int().min(1).max(4096),
  /** Parts of a batch that are added up on their own (sharding.ts): at most so many threads or machines share it. */
  shards: z.int().min(1).max(4096),
  seed: z.int(),
  /** Adam's rate at the start, and its course: cosine to 0, or the release's x 0.99 every 500 iterations. */
  rate: z.number().positive().max(1),
  schedule: z.enum(['cosine', 'release', 'constant']),
  /** Iterations of linear warm-up. */
  warmUp: z.int().min(0),
  /** Largest norm of the gradient; larger ones are scaled down. */
  clipNorm: z.number().positive(),
  /** Factor on gradients that come back through the LSG's recurrent weights at a step; 1 = exact. Below, they cannot explode. */
  recurrentDamping: z.number().min(0).max(1).default(1),
  /** Share of the averaged weights kept at an iteration. */
  averageKeep: z.number().min(0).max(0.99999),
  loss: z.strictObject({
    velocity: z.number().min(0),
    /** Of the tool's position; of family arm: of the joints' angles. */
    position: z.number().min(0),
    rate: z.number().min(0),
    /** Spikes a step that the rate terms pull towards. */
    traineeRate: z.number().min(0),
    lsgRate: z.number().min(0),
  }),
  /**
   * Hardware injected into the trainee's crossbar while meta-training, or null (the paper: none). The conductance range F of
   * each weight is the one that programming on PCM's `chip` preset would choose.
   */
  noise: z
    .strictObject({
      /** Share of the tasks that see it. */
      share: z.number().min(0).max(1),
      /** Standard deviation of a weight's error, in F: max(0, a0 + a1 g + a2 g^2), g = |w| / F. */
      error: z.tuple([z.number(), z.number(), z.number()]),
      /** The update is rounded stochastically to multiples of F / levels; 0 = no rounding. */
      levels: z.number().min(0),
    })
    .nullable(),
});

export type RunConfig = z.infer<typeof runSchema>;

/** The paper's run: Brownian targets, the release's loss and schedule, at a batch that two cores digest. */
export const paperRun: RunConfig = {
  family: 'brownian',
  iterations: 100_000,
  batch: 90,
  shards: 8,
  seed: 0,
  rate: 1.5e-3,
  schedule: 'release',
  warmUp: 0,
  clipNorm: 1,
  recurrentDamping: 1,
  averageKeep: 0,
  loss: { velocity: 0.5, position: 0.5, rate: 0.25, traineeRate: 0.02, lsgRate: 0.01 },
  noise: null,
};

/** Network of `motor-default`: smaller teacher, tuned units for joint motion, readout in the one update, direct path. */
export const defaultNetwork: MotorNetworkConfig = {
  ...paperConfig,
  lsg: { ...paperConfig.lsg, neurons: 256 },
  encoder: {
    kind: 'tuned',
    velocity: { units: 20, limit: 3.2, width: 0.3 },
    angle: { units: 14, limit: 2.4, width: 0.35 },
    taps: [-40, -20, -10, -5, 0, 5, 10, 20, 30, 40, 60, 80],
  },
  update: { learningRate: 1e-4, readout: true, direct: true },
};

/** Run of `motor-default`. */
export const defaultRun: RunConfig = {
  ...paperRun,
  family: 'diverse',
  iterations: 6000,
  batch: 32,
  rate: 1e-3,
  schedule: 'cosine',
  warmUp: 50,
  averageKeep: 0.995,
  loss: { ...paperRun.loss, position: 10 },
};

/** Network of `motor-arm`: as motor-default, for one to seven joints; 249 neurons, so that it fills one crossbar core. */
export const armNetwork: MotorNetworkConfig = {
  ...defaultNetwork,
  joints: 7,
  trainee: { ...defaultNetwork.trainee, neurons: 249 },
  encoder: { ...defaultNetwork.encoder, relativeAngles: true } as MotorNetworkConfig['encoder'],
};

/** Run of `motor-arm`: errors in joint space. */
export const armRun: RunConfig = {
  ...defaultRun,
  family: 'arm',
  iterations: 12_000,
  averageKeep: 0.997,
  loss: { ...paperRun.loss, position: 5 },
};

/** Adam's rate at an iteration (0-based). */
export function rateAt(run: RunConfig, iteration: number): number {
  const warm = run.warmUp > 0 ? Math.min(1, (iteration + 1) / run.warmUp) : 1;
  if (run.schedule === 'constant') return warm * run.rate;
  if (run.schedule === 'release') return warm * run.rate * 0.99 ** Math.floor(iteration / 500);
  return warm * run.rate * 0.5 * (1 + Math.cos((Math.PI * iteration) / run.iterations));
}
