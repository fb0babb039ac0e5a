/** How far jobs are: one line that overwrites itself on a terminal, one every ten seconds elsewhere. */
export class JobProgress {
  private readonly started = performance.now();
  private shown = performance.now();
  private finished = 0;
  private failures = 0;
  private drawn = false;
  /** Who computes, for the line; null: this machine. */
  workers: number | null = null;

  constructor(
    private readonly total: number,
    private readonly before: number,
  ) {
    if (before > 0) this.say(`${before} of ${total} jobs are there already`);
  }

  done(): void {
    this.finished++;
    this.draw();
  }

  failed(reason: string): void {
    this.failures++;
    this.say(`a job failed: ${reason}`);
  }

  /** A line of its own. */
  say(line: string): void {
    process.stderr.write(this.drawn ? `\r${line}\x1b[K\n` : `${line}\n`);
    this.drawn = false;
  }

  draw(): void {
    const { isTTY } = process.stderr;
    const now = performance.now();
    if (now - this.shown < (isTTY ? 200 : 10_000)) return;
    this.shown = now;
    const perS = this.finished / ((now - this.started) / 1000);
    const done = this.before + this.finished;
    const left = this.finished > 0 ? `${Math.ceil((this.total - done) / perS)} s left` : 'time left unknown';
    const line =
      `${done} of ${this.total} jobs, ${perS.toFixed(1)} jobs/s, ${left}` +
      (this.failures > 0 ? `, ${this.failures} failed` : '') +
      (this.workers === null ? '' : `, ${this.workers} workers`);
    process.stderr.write(isTTY ? `\r${line}\x1b[K` : `${line}\n`);
    this.drawn = isTTY;
  }

  end(): void {
    if (this.drawn) process.stderr.write('\r\x1b[K');
    this.drawn = false;
  }
}
