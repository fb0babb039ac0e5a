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

/** Stops every node of the process, then ends the process with the exit code. */
export function shutdown(exitCode: number): Promise<void> {
  under ??= (async () => {
    setTimeout(() => process.exit(exitCode), graceMs);
    await Promise.allSettled(hooks.map((hook) => hook()));
    const rcl = loadRcl();
    if (!rcl.isShutdown()) rcl.shutdown();
    process.exit(exitCode);
  })();
  return under;
}
