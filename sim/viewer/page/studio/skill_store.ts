import * as z from 'zod';
import { wireTarget } from '../../protocol.js';

const KEY = 'oneshot_arm.skills';
const stored = z.array(
  z.object({
    name: z.string(),
    target: wireTarget,
    updates: z.number(),
    refine: z.number(),
    backend: z.string(),
    weights: z.string(),
    durationS: z.number(),
    tcpErrorMeanM: z.number(),
    /** float32 values, base64. */
    synapses: z.string(),
  }),
);

/** A taught synaptic state that the browser keeps. */
export type StoredSkill = z.infer<typeof stored>[number];

/** What is kept; what cannot be read is left out. */
export function keptSkills(): StoredSkill[] {
  try {
    return stored.parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
  } catch {
    return [];
  }
}

/** Keeps a skill, in place of one of its name. @throws Error where the browser keeps nothing or has no room. */
export function keepSkill(skill: StoredSkill): void {
  localStorage.setItem(KEY, JSON.stringify([...keptSkills().filter((s) => s.name !== skill.name), skill]));
}
