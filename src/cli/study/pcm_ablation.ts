import type { StudyOptions, StudyReport } from './study.js';

/** What each non-ideality of PCM costs the motor system. */
export async function run(_options: StudyOptions): Promise<StudyReport> {
  throw new Error('study pcm-ablation: not written yet');
}
