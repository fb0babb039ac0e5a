import type { JobOptions } from '../jobs/options.js';

/** One study: a file in this folder, imported only when asked for. */
export interface Study {
  run(options: StudyOptions): Promise<StudyReport>;
}

/** What every study is told; a study says in its text which of them it used. */
export interface StudyOptions extends JobOptions {
  seed: number;
  /** Targets or episodes a condition; undefined: the study's own default. */
  count?: number;
  /** Weights: manifest, or a file in the layout of the paper's release; undefined: the packaged ones. */
  weights?: string;
  /** Folder of data, for a study that needs one. */
  data?: string;
}

/** `result` goes to --json, `text` (Markdown) to people. */
export interface StudyReport {
  result: unknown;
  text: string;
}
