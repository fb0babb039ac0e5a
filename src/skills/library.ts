/** A folder of skills, each in a folder of its own: what is there, what is damaged, and changes that happen whole or not at all. */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseWith } from '../files/validate.js';
import { readWeightFile } from '../files/weights.js';
import { InputError, reject } from '../input_error.js';
import { skillPath, skillSchema } from './skill.js';

/** A skill as lists show it. */
export interface SkillSummary {
  name: string;
  joints: readonly string[];
  /** Duration it was taught in, s. */
  durationS: number;
  /** Lessons that the motion took. */
  lessons: number;
  /** Predicted when it was taught, m. */
  tcpErrorMeanM: number;
  /** software or pcm; empty where the file does not say. */
  backend: string;
  /** s since 1970; null where the file does not say. */
  savedAtS: number | null;
  updates: number;
  weights: string;
  weightsSha256: string;
  profile: string;
}

export interface SkillList {
  skills: SkillSummary[];
  damaged: { name: string; reason: string }[];
}

/** All skills of a folder, by name; values are read and their checksums compared. A folder that is not there has none. */
export function listSkills(directory: string): SkillList {
  const list: SkillList = { skills: [], damaged: [] };
  if (!existsSync(directory)) return list;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    // a folder without a manifest is one whose first saving never ended; a dot begins what is being removed
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    if (!existsSync(join(directory, entry.name, 'skill.json'))) continue;
    try {
      list.skills.push(describeSkill(directory, entry.name));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      list.damaged.push({ name: entry.name, reason: error.message });
    }
  }
  list.skills.sort((a, b) => (a.name < b.name ? -1 : 1));
  return list;
}

/** One skill. @throws InputError: none of that name, or damaged. */
export function describeSkill(directory: string, name: string): SkillSummary {
  const path = skillPath(directory, name);
  const { manifest } = readWeightFile(path);
  const { config } = parseWith(skillSchema, manifest, path);
  return {
    name,
    joints: config.joints ?? [],
    durationS: config.durationS,
    lessons: config.lessons?.length ?? 1,
    tcpErrorMeanM: Number(manifest.quality.tcpErrorMeanM),
    backend: config.backend ?? '',
    savedAtS: config.savedAtS ?? null,
    updates: config.updates,
    weights: config.weights,
    weightsSha256: config.weightsSha256,
    profile: config.profile,
  };
}

/** Gives a skill another name. @throws InputError: none of that name, or the other name is taken or no name. */
export function renameSkill(directory: string, from: string, to: string): void {
  const [source, target] = [existing(directory, from), dirname(skillPath(directory, to))];
  if (existsSync(join(target, 'skill.json'))) reject('taken', 'name', 'a name that no skill has', to);
  rmSync(target, { recursive: true, force: true });
  renameSync(source, target);
}

/** Copies a skill into another folder of skills; returns its path there. @throws InputError: no such skill, or one is there. */
export function exportSkill(directory: string, name: string, out: string): string {
  describeSkill(directory, name);
  const target = skillPath(out, name);
  if (existsSync(target)) reject('taken', '--out', 'a folder without such a skill', out);
  const part = join(out, `.${name}.${process.pid}`);
  mkdirSync(out, { recursive: true });
  cpSync(existing(directory, name), part, { recursive: true });
  renameSync(part, dirname(target));
  return target;
}

/** Removes a skill, damaged or not. @throws InputError where there is none. */
export function forgetSkill(directory: string, name: string): void {
  const gone = join(directory, `.${name}.${process.pid}`);
  renameSync(existing(directory, name), gone);
  rmSync(gone, { recursive: true, force: true });
}

function existing(directory: string, name: string): string {
  const path = skillPath(directory, name);
  if (!existsSync(path)) {
    const names = listSkills(directory).skills.map((s) => s.name);
    reject(
      'unknown-skill',
      'name',
      names.length ? `one of ${names.join(', ')}` : 'a skill: there is none yet',
      name,
    );
  }
  return dirname(path);
}
