#!/usr/bin/env node
// Formats the AssemblyScript sources of the kernels as the rest; --check only tells. Prettier knows no decorators of functions: they
// pass it as comments.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'kernels', 'assembly');
const check = process.argv.includes('--check');
let wrong = 0;
for (const name of readdirSync(folder)) {
  const path = join(folder, name);
  const text = readFileSync(path, 'utf8');
  const options = { ...(await prettier.resolveConfig(path)), parser: 'typescript' };
  const formatted = (await prettier.format(text.replace(/^@(\w+)$/gm, '// @@$1'), options)).replace(
    /^\/\/ @@/gm,
    '@',
  );
  if (formatted === text) continue;
  wrong++;
  if (check) console.error(`[warn] src/kernels/assembly/${name} (npm run format)`);
  else writeFileSync(path, formatted);
}
process.exit(check && wrong ? 1 : 0);
