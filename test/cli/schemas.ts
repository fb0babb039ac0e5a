import { z } from 'zod';

const positive = z.number().positive();
const error = z.number().min(0);
/** The JSON contract of `learn` (design: names, options and fields stay stable). */
export const learnSchema = z.strictObject({
  backend: z.enum(['software', 'pcm']),
  seed: z.int(),
  weights: z.string(),
  target: z.strictObject({
    steps: z.int(),
    dtS: positive,
    durationS: positive,
    residualM: z.number().nullable(),
    jitterS: z.number().nullable(),
  }),
  before: z.strictObject({ tcpErrorMeanM: error, velocityRmseRadPerS: z.array(error).length(2) }),
  after: z.strictObject({
    tcpErrorMeanM: error,
    tcpErrorMaxM: error,
    tcpErrorPercentOfPath: error.nullable(),
    orientationErrorMeanRad: error,
    velocityRmseRadPerS: z.array(error).length(2),
  }),
  devicesWritten: z.int(),
  devicesTotal: z.int(),
  energyJ: z.strictObject({ program: error, read: error }),
  timeMs: z.strictObject({ exposure: error, update: error, recall: error, total: error }),
  gate: z.strictObject({
    accepted: z.boolean(),
    timeScaling: z.number(),
    slowedBy: z.string().nullable(),
    reasons: z.array(
      z.strictObject({
        code: z.string(),
        joint: z.string(),
        timeS: z.number().nullable(),
        value: z.number().nullable(),
        limit: z.number().nullable(),
        message: z.string(),
      }),
    ),
  }),
  lessons: z.int().min(1),
  recall: z.strictObject({
    stepS: positive,
    velocities: z.array(z.array(z.number()).length(2)).length(249),
    joints: z.array(z.string()).length(2),
    timesS: z.array(z.number()).length(250),
    positions: z.array(z.array(z.number()).length(2)).length(250),
  }),
});
