import type { Lesson, LessonBook } from './lesson_book.js';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readWeightFile } from '../../files/weights.js';
import { describeSkill, listSkills, type SkillSummary } from '../../skills/library.js';
import { readSkill, type Skill, skillPath, writeSkill } from '../../skills/skill.js';
import { reject } from '../../input_error.js';
import { crossbarShape } from '../../snn/layout.js';

/** What ~/save_skill is asked for. */
export interface SaveRequest {
  name: string;
  /** Replaces a skill of that name. */
  overwrite: boolean;
}

/**
 * Saves the current lesson as a skill; the answer of ~/save_skill.
 * @throws InputError: no lesson, a bad name, or one that a skill has (damaged or not) and `overwrite` is not set.
 */
export function saveSkill(
  book: LessonBook,
  directory: string,
  { name, overwrite }: SaveRequest,
  backend: string,
): object {
  const { states, spans } = book.kept();
  const taken = existsSync(skillPath(directory, name));
  if (taken && !overwrite) reject('taken', 'name', 'a name that no skill has, or overwrite', name);
  const lesson = book.current as Lesson;
  const { path, sha256 } = writeSkill(
    directory,
    {
      name,
      weights: book.base.name,
      weightsSha256: book.base.sha256,
      profile: book.profile.name,
      updates: lesson.updates,
      states,
      spans,
      target: lesson.target,
      tcpErrorMeanM: lesson.after.tcpErrorMeanM,
      backend,
      savedAtS: Math.floor(Date.now() / 1000),
    },
    crossbarShape(book.config).rows,
  );
  return { success: true, message: `skill ${name} ${taken ? 'replaced' : 'saved'}`, path, sha256 };
}

/** Reads a skill that fits the learner. @throws InputError where there is none, or it is damaged or of other weights. */
export function loadSkill(book: LessonBook, directory: string, name: string): Skill {
  const { rows, columns } = crossbarShape(book.config);
  return readSkill(directory, name, {
    weightsSha256: book.base.sha256,
    profile: book.profile,
    rows,
    columns,
    steps: book.config.steps,
  });
}

/** Answer of ~/export_skill: the skill's files as they are. @throws InputError: none of that name, or damaged. */
export function exportedSkill(directory: string, name: string): object {
  const path = skillPath(directory, name);
  describeSkill(directory, name);
  const manifest = readFileSync(path, 'utf8');
  const { file } = readWeightFile(path).manifest;
  const values = readFileSync(join(dirname(path), file));
  return { success: true, message: `${values.length} bytes`, manifest, values_file: file, values };
}

/** Answer of ~/list_skills: what is there, and what cannot be read. */
export function skillList(book: LessonBook, directory: string): object {
  const { skills, damaged } = listSkills(directory);
  return {
    success: true,
    message: `${skills.length} skills`,
    skills: skills.map((s) => message(s, book)),
    damaged: damaged.map((d) => `${d.name}: ${d.reason}`),
  };
}

function message(skill: SkillSummary, book: LessonBook): object {
  return {
    name: skill.name,
    joints: skill.joints,
    duration_s: skill.durationS,
    tcp_error_mean_m: skill.tcpErrorMeanM,
    backend: skill.backend,
    saved_at_s: skill.savedAtS ?? 0,
    weights: skill.weights,
    weights_sha256: skill.weightsSha256,
    usable: skill.weightsSha256 === book.base.sha256 && skill.profile === book.profile.name,
  };
}
