import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends (SIGKILL) every process that is still in the process group, or has the variable ("NAME=value") in its environment; which ones these were.
 * Where there is no /proc nothing is found.
 */
export function endLeftovers(group, variable) {
  const found = [];
  let entries;
  try {
    entries = readdirSync('/proc');
  } catch {
    return found;
  }
  for (const entry of entries) {
    const pid = Number(entry);
    if (!(pid > 1) || pid === process.pid) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // after the command's closing bracket: state, parent, group
      const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') continue;
      const marked = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable);
      if (!marked && Number(processGroup) !== group) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
      process.kill(pid, 'SIGKILL');
      found.push({ pid, command });
    } catch {
      // it ended meanwhile, or is somebody else's
    }
  }
  return found;
}
