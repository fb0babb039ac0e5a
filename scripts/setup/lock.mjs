// One set-up at a time in a checkout: a second one waits for the first.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { say } from './report.mjs';

/** Milliseconds for which the place of a taken-over lock stays occupied: longer than anyone takes from looking to moving. */
const graceMs = 60_000;

function holder(folder) {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8'));
  } catch {
    return undefined;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Makes the lock, its holder in it from the start; false where somebody has it. */
function acquire(folder) {
  const made = mkdtempSync(`${folder}.new-`);
  writeFileSync(join(made, 'pid'), String(process.pid));
  try {
    renameSync(made, folder); // fails where a lock is: folders move only over empty ones
    return true;
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
    return false;
  }
}

/**
 * Moves the lock of a dead process out of the way. Whoever comes second, when the lock may be a fresh one already, finds
 * the place to move it to occupied, and moves nothing.
 */
function takeOver(folder, dead) {
  for (const name of readdirSync(dirname(folder)))
    if (name.startsWith(`${basename(folder)}.gone-`)) {
      const old = join(dirname(folder), name);
      if (Date.now() - (statSync(old, { throwIfNoEntry: false })?.ctimeMs ?? Infinity) > graceMs)
        rmSync(old, { recursive: true, force: true });
    }
  try {
    renameSync(folder, `${folder}.gone-${dead}`);
  } catch {
    // somebody else did, or it was released
  }
}

/** Runs `work` while holding the lock folder; takes over the lock of a process that is gone. */
export async function withLock(folder, work) {
  for (let told = false; !acquire(folder);) {
    const pid = holder(folder);
    if (pid !== undefined && !alive(pid)) {
      takeOver(folder, pid);
      continue;
    }
    // a lock without a holder is one of an earlier version that died between two steps, or just being released
    if (pid === undefined) {
      try {
        if (Date.now() - statSync(folder).ctimeMs > graceMs) takeOver(folder, 'nobody');
      } catch {
        continue; // released
      }
    }
    if (pid !== undefined && !told) {
      say(`another set-up (process ${pid}) is at work here: waiting for it`);
      told = true;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const release = () => {
    if (holder(folder) === process.pid) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}
