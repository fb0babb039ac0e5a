import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Lines that a process wrote last, for the message when it dies. */
const keptLines = 12;

interface Member {
  name: string;
  child: ChildProcess;
  lines: string[];
}

/**
 * Processes that live and die together. `failure` rejects when one ends before stop() was called.
 * ONESHOT_ARM_EXIT_WITH_PARENT tells our nodes to end, too, when this process is gone without having said so.
 */
export class ProcessGroup {
  /** Never resolves; rejects with the reason when a member ends by itself. */
  readonly failure: Promise<never>;
  private readonly members: Member[] = [];
  private fail!: (reason: Error) => void;
  private stopping?: Promise<void>;

  /** @param onLine gets every line that a member writes. */
  constructor(private readonly onLine: (name: string, line: string) => void = () => {}) {
    this.failure = new Promise((_, reject) => (this.fail = reject));
    this.failure.catch(() => {}); // whoever waits for it gets it; nobody may be waiting yet
  }

  /** Names of the processes that still run. */
  get running(): string[] {
    return this.members.filter((m) => alive(m.child)).map((m) => m.name);
  }

  /** Starts a process. */
  start(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
    const child = spawn(command, args, {
      env: { ...env, ONESHOT_ARM_EXIT_WITH_PARENT: String(process.pid) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const member: Member = { name, child, lines: [] };
    this.members.push(member);
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        member.lines.push(line);
        if (member.lines.length > keptLines) member.lines.shift();
        this.onLine(name, line);
      });
    child.on('error', (error) => this.fail(new Error(`${name} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (this.stopping) return;
      const how = signal ? `killed by ${signal}` : `exit code ${code}`;
      const last = member.lines.length ? `; its last lines:\n  ${member.lines.join('\n  ')}` : '';
      this.fail(new Error(`${name} ended (${how})${last}`));
    });
  }

  /** Asks every process to end, and kills what has not ended within the grace time. Idempotent. */
  stop(graceMs = 2000): Promise<void> {
    this.stopping ??= this.end(graceMs);
    return this.stopping;
  }

  /** Kills everything at once, without waiting: for the process's own exit. */
  kill(): void {
    for (const { child } of this.members) if (alive(child)) child.kill('SIGKILL');
  }

  private async end(graceMs: number): Promise<void> {
    const living = this.members.filter((m) => alive(m.child));
    const gone = Promise.all(living.map(({ child }) => once(child, 'exit')));
    for (const { child } of living) child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), graceMs);
    await gone;
    clearTimeout(timer);
  }
}

function alive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
