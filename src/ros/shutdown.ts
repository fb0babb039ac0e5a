import { Worker } from 'node:worker_threads';
import { loadRcl } from './rcl.js';

const hooks: (() => Promise<void>)[] = [];
let installed = false;
let under: Promise<void> | undefined;

/** Milliseconds that a process may take to end after a signal. */
const graceMs = 3000;

/**
 * Runs the hook when the process is asked to end (SIGINT, SIGTERM, SIGHUP, or, with ONESHOT_ARM_EXIT_WITH_PARENT set to its id or 1, when
 * the process that started it is gone). All hooks run at once; the process ends when they are done, at the latest 3 s later: what moves an arm brakes it first.
 */
export function onShutdown(hook: () => Promise<void>): void {
  hooks.push(hook);
  if (installed) return;
  installed = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void shutdown(0));
  if (process.env.ONESHOT_ARM_EXIT_WITH_PARENT) {
    // its process id, where that is given: it may be gone before we look
    const given = Number(process.env.ONESHOT_ARM_EXIT_WITH_PARENT);
    const parent = given > 1 ? given : process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) void shutdown(0);
    }, 250).unref();
  }
}

/** Milliseconds more after which a process is killed whose thread does not come back. */
const blockedMs = 500;

/**
 * Kills the process where its main thread is blocked for good and no timer of its own fires any more: Fast DDS can wait without end
 * for a discovery callback while it destroys a participant (its issue 6513), which happens where many nodes of a domain end at once.
 */
function endWhereBlocked(afterMs: number): void {
  const script = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${afterMs})`;
  new Worker(script, { eval: true }).unref();
}

/** Stops every node of the process, then ends the process with the exit code. */
export function shutdown(exitCode: number): Promise<void> {
  under ??= (async () => {
    setTimeout(() => process.exit(exitCode), graceMs);
    endWhereBlocked(graceMs + blockedMs);
    await Promise.allSettled(hooks.map((hook) => hook()));
    const rcl = loadRcl();
    if (!rcl.isShutdown()) rcl.shutdown();
    process.exit(exitCode);
  })();
  return under;
}
