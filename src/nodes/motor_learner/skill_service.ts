import type { Lesson, LessonBook } from './lesson_book.js';
import { readSkill, type Skill, writeSkill } from './skills.js';

/** Saves the current lesson as a skill; the answer of ~/save_skill. @throws InputError where there is no lesson or the name is bad. */
export function saveSkill(book: LessonBook, directory: string, name: string): object {
  const synapses = book.synapses();
  const lesson = book.current as Lesson;
  const { path, sha256 } = writeSkill(
    directory,
    {
      name,
      weights: book.base.name,
      weightsSha256: book.base.sha256,
      profile: book.profile.name,
      updates: lesson.updates,
      synapses,
      target: lesson.target,
      tcpErrorMeanM: lesson.after.tcpErrorMeanM,
    },
    book.learner.synapses.rows,
  );
  return { success: true, message: `skill ${name} saved`, path, sha256 };
}

/** Reads a skill that fits the learner. @throws InputError where there is none, or it is damaged or of other weights. */
export function loadSkill(book: LessonBook, directory: string, name: string): Skill {
  const { rows, columns } = book.learner.synapses;
  return readSkill(directory, name, {
    weightsSha256: book.base.sha256,
    profile: book.profile,
    rows,
    columns,
    steps: book.learner.config.steps,
  });
}
