/** Skills on disk: the synapses after a lesson and the target they were taught, checksummed (src/files/weights.ts). */
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Profile } from '../arm/kinematics/profile.js';
import { trialFromVelocities } from '../arm/target/trial.js';
import type { TrialTarget } from '../trial/trial_target.js';
import { parseWith } from '../files/validate.js';
import { readWeightFile, requireTensor, writeWeightFile } from '../files/weights.js';
import { InputError, reject } from '../input_error.js';

/** A skill. */
export interface Skill {
  name: string;
  /** What it belongs to: it means nothing with other weights or another profile. */
  weights: string;
  weightsSha256: string;
  profile: string;
  updates: number;
  /** The trainee's synapses after each lesson of the motion, rows x columns of its crossbar. */
  states: readonly Float32Array[];
  /** The stretch of the motion that each lesson holds, s. */
  spans: readonly { fromS: number; toS: number }[];
  /** On a trial's steps; of several lessons, on even steps of the motion's own time. */
  target: TrialTarget;
  tcpErrorMeanM: number;
  /** Where it was learned: software or pcm; undefined in older files. */
  backend?: string;
  /** When it was saved, s since 1970; undefined in older files. */
  savedAtS?: number;
}

/** What a skill's manifest holds beside its tensors. */
export const skillSchema = z.object({
  config: z.object({
    skill: z.literal(1),
    weights: z.string(),
    weightsSha256: z.string(),
    profile: z.string(),
    updates: z.int().min(0),
    stepS: z.number().positive(),
    durationS: z.number().positive(),
    startAngles: z.array(z.number()),
    residualM: z.number().nullable(),
    /** Stretches of the motion's lessons, where it took several. */
    lessons: z
      .array(z.object({ fromS: z.number(), toS: z.number() }))
      .min(2)
      .optional(),
    joints: z.array(z.string()).optional(),
    backend: z.string().optional(),
    savedAtS: z.number().optional(),
  }),
});

/** Path of a skill's manifest. @throws InputError for a name that is no plain file name. */
export function skillPath(directory: string, name: string): string {
  if (!/^[A-Za-z0-9][\w-]{0,63}$/.test(name))
    reject('bad-name', 'name', 'letters, digits, _ and - (at most 64)', name);
  return join(directory, name, 'skill.json');
}

/**
 * Writes a skill; returns where, and the checksum. Whenever the process is killed, the folder holds the skill as it was or as it
 * is now: the values go to a file of a name of their own, and the manifest, replaced in one step, says which.
 */
export function writeSkill(directory: string, skill: Skill, rows: number): { path: string; sha256: string } {
  const path = skillPath(directory, skill.name);
  const { target } = skill;
  // the states of several lessons lie below each other
  const size = skill.states[0].length;
  const synapses = new Float32Array(size * skill.states.length);
  skill.states.forEach((state, k) => synapses.set(state, k * size));
  const manifest = writeWeightFile(
    path,
    {
      kind: 'motor',
      name: skill.name,
      config: {
        skill: 1,
        weights: skill.weights,
        weightsSha256: skill.weightsSha256,
        profile: skill.profile,
        updates: skill.updates,
        stepS: target.stepS,
        durationS: target.durationS,
        startAngles: Array.from(target.startAngles),
        residualM: target.residualM,
        lessons: skill.spans.length > 1 ? [...skill.spans] : undefined,
        joints: [...target.joints],
        backend: skill.backend,
        savedAtS: skill.savedAtS,
      },
      made: { command: 'motor_learner ~/save_skill' },
      quality: { tcpErrorMeanM: skill.tcpErrorMeanM },
    },
    new Map([
      [
        'synapses',
        {
          shape: [rows * skill.states.length, synapses.length / rows / skill.states.length],
          values: synapses,
        },
      ],
      [
        'targetVelocities',
        { shape: [target.steps, target.velocities.length / target.steps], values: target.velocities },
      ],
    ]),
    (sha256) => `skill-${sha256.slice(0, 16)}.f32`,
  );
  // what earlier savings left, finished or not
  for (const name of readdirSync(dirname(path)))
    if (name !== manifest.file && /\.(f32|part)$/.test(name))
      rmSync(join(dirname(path), name), { force: true });
  return { path, sha256: manifest.sha256 };
}

/**
 * Reads a skill of these weights and profile.
 * @throws InputError: none of that name, changed since it was written, or made with other weights or another profile.
 */
export function readSkill(
  directory: string,
  name: string,
  base: {
    weightsSha256: string;
    profile: Profile;
    rows: number;
    columns: number;
    steps: number;
  },
): Skill {
  const path = skillPath(directory, name);
  const { manifest, tensors } = readWeightFile(path);
  const { config } = parseWith(skillSchema, manifest, path);
  const match = (field: string, expected: string, received: string): void => {
    if (expected !== received)
      throw new InputError({ code: 'other-base', field: `config.${field}`, expected, received }, path);
  };
  match('weightsSha256', base.weightsSha256, config.weightsSha256);
  match('profile', base.profile.name, config.profile);
  const n = base.profile.learned;
  const spans = config.lessons ?? [{ fromS: 0, toS: config.durationS }];
  const steps = spans.length > 1 ? Math.round(config.durationS / config.stepS) : base.steps;
  const velocities = requireTensor(tensors, 'targetVelocities', [steps, n], path);
  const synapses = requireTensor(tensors, 'synapses', [base.rows * spans.length, base.columns], path);
  const size = base.rows * base.columns;
  if (config.startAngles.length !== n)
    throw new InputError(
      {
        code: 'wrong-length',
        field: 'config.startAngles',
        expected: `${n} angles`,
        received: `${config.startAngles.length}`,
      },
      path,
    );
  return {
    name,
    weights: config.weights,
    weightsSha256: config.weightsSha256,
    profile: config.profile,
    updates: config.updates,
    states: spans.map((_, k) => synapses.slice(k * size, (k + 1) * size)),
    spans,
    target: {
      ...trialFromVelocities(velocities, base.profile, config.stepS, config.startAngles),
      durationS: config.durationS,
      residualM: config.residualM,
    },
    tcpErrorMeanM: Number(manifest.quality.tcpErrorMeanM),
    backend: config.backend,
    savedAtS: config.savedAtS,
  };
}
