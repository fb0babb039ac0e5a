import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Results of jobs in a folder: a line of results.jsonl each, {key, result}, appended as they come. A process that is killed
 * loses the jobs at hand; a line that it left torn is passed over.
 */
export class ResultStore {
  private readonly path: string;
  private readonly results = new Map<string, unknown>();

  /** Opens the folder, or makes it. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, 'results.jsonl');
    if (!existsSync(this.path)) return;
    const text = readFileSync(this.path, 'utf8');
    for (const line of text.split('\n'))
      try {
        const { key, result } = JSON.parse(line) as { key: string; result: unknown };
        this.results.set(key, result);
      } catch {
        continue;
      }
    if (text !== '' && !text.endsWith('\n')) appendFileSync(this.path, '\n');
  }

  get(key: string): unknown {
    return this.results.get(key);
  }

  /** Keeps a job's result; the first one stays. */
  add(key: string, result: unknown): void {
    if (this.results.has(key)) return;
    this.results.set(key, result);
    appendFileSync(this.path, JSON.stringify({ key, result }) + '\n');
  }
}
