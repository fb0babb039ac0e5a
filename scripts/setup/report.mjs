// What the person at the terminal sees: one line when a step starts, one when it ends, both with the time since start.
const started = performance.now();
export const secondsSinceStart = () => (performance.now() - started) / 1000;

let quiet = false;
export const setQuiet = (value) => (quiet = value);

export function say(line) {
  if (!quiet) console.error(`set-up ${secondsSinceStart().toFixed(1).padStart(6)} s  ${line}`);
}

/** A step that cannot be done: what is missing, and the command that fixes it. */
export class SetupError extends Error {
  constructor(missing, fix, detail = '') {
    super(`${missing}\n  fix: ${fix}${detail ? `\n${detail.replace(/^/gm, '  | ')}` : ''}`);
  }
}

/** Runs a step's work between its two lines, with a sign of life every 20 s. */
export async function step(name, work) {
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  say(`${name} ...`);
  const alive = setInterval(() => say(`${name}: still at it (${seconds()} s)`), 20000);
  try {
    const result = await work();
    say(`${name}: done (${seconds()} s)`);
    return result;
  } finally {
    clearInterval(alive);
  }
}
