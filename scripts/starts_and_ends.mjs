#!/usr/bin/env node
// Starts nodes and ends them by SIGINT, at any moment between their first and their fifth second, and tells of every end that was
// not clean: a signal, an exit code, words of the memory allocator, which checks its heap meanwhile.
//   node scripts/starts_and_ends.mjs [COUNT] [NODE...]     (300 starts of motor_learner, arm_simulator and character_classifier)
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { applied } from './setup/environment.mjs';
import { readJson } from './setup/files.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [count = '300', ...given] = process.argv.slice(2);
const nodes = given.length ? given : ['motor_learner', 'arm_simulator', 'character_classifier'];
const checker = ['/lib/x86_64-linux-gnu', '/usr/lib64', '/lib64', '/lib/aarch64-linux-gnu']
  .map((folder) => join(folder, 'libc_malloc_debug.so.0'))
  .find(existsSync);
if (!checker)
  console.error('no libc_malloc_debug.so.0 here: the heap is not checked, only how each start ends');

const env = {
  ...applied(readJson(join(root, '.ros', 'environment.json'))),
  ROS_DOMAIN_ID: '101',
  ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST',
  ONESHOT_ARM_EXIT_WITH_PARENT: '1',
  MALLOC_CHECK_: '3',
  MALLOC_PERTURB_: '165',
  ...(checker && { LD_PRELOAD: checker }),
};
const words = /malloc|free\(\)|fastbin|double free|munmap_chunk|heap|Segmentation|Aborted/i;

/** Numbers in [0, 1) (Park and Miller): the same moments in every run. */
let state = 20201127;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;

/** One start and end: what was wrong with it, or nothing. */
function once(name, afterMs) {
  const child = spawn(process.execPath, [join(root, 'dist/src/cli/main.js'), 'node', name], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const timer = setTimeout(() => child.kill('SIGINT'), afterMs);
  const late = setTimeout(() => child.kill('SIGKILL'), afterMs + 30_000);
  return new Promise((resolve) =>
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      clearTimeout(late);
      const clean = (code === 0 || signal === 'SIGINT') && !words.test(output);
      resolve(clean ? undefined : { name, afterMs: Math.round(afterMs), code, signal, output });
    }),
  );
}

let wrong = 0;
for (let k = 0; k < Number(count); k++) {
  const found = await once(nodes[k % nodes.length], 1000 + 4000 * random());
  if (found) {
    wrong++;
    console.log(`${k + 1}: ${JSON.stringify(found)}`);
  }
  if ((k + 1) % 25 === 0) console.error(`${k + 1} of ${count}, ${wrong} of them not clean`);
}
console.log(`${count} starts and ends of ${nodes.join(', ')}: ${wrong} not clean`);
process.exit(wrong ? 1 : 0);
