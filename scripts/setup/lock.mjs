// One set-up at a time in a checkout: a second one waits for the first.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './report.mjs';

function holder(folder) {
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error.code === 'EPERM' ? -1 : undefined;
  }
}

/** Runs `work` while holding the lock folder; takes over the lock of a process that is gone. */
export async function withLock(folder, work) {
  for (let tries = 0, told = false; ; tries++) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const pid = holder(folder);
    // a lock without a living holder is left over, unless its holder is just about to write its pid
    if (pid === undefined && tries > 0) rmSync(folder, { recursive: true, force: true });
    else if (pid !== undefined && !told) {
      say(`another set-up (process ${pid}) is at work here: waiting for it`);
      told = true;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  writeFileSync(join(folder, 'pid'), String(process.pid));
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}
