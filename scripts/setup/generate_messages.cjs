// Makes rclnodejs's message code in one folder, with one Python process for all files instead of one each (2 s, not 20).
// usage: node generate_messages.cjs RCLNODEJS_FOLDER PYTHON
'use strict';
const { spawn } = require('node:child_process');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

const [folder, python] = process.argv.slice(2);
const parser = require(join(folder, 'rosidl_parser', 'rosidl_parser.cjs'));
const worker = spawn(
  python,
  [join(__dirname, 'parse_interfaces.py'), join(folder, 'rosidl_parser', 'parser.py')],
  {
    stdio: ['pipe', 'pipe', 'inherit'],
  },
);
const waiting = [];
createInterface({ input: worker.stdout }).on('line', (line) => {
  const { resolve, reject, file } = waiting.shift();
  const { result, error } = JSON.parse(line);
  if (error === undefined) resolve(parser._parseJSONObject(result));
  else reject(new Error(`${file}: ${error}`));
});
worker.once('close', (code) => {
  for (const { reject, file } of waiting) reject(new Error(`${file}: the parser ended with ${code}`));
});
parser._parseFile = (command, packageName, file) =>
  new Promise((resolve, reject) => {
    waiting.push({ resolve, reject, file });
    worker.stdin.write(`${JSON.stringify([command, packageName, file])}\n`);
  });

async function main() {
  await require(join(folder, 'rosidl_gen', 'index.cjs')).generateAll(true);
  worker.stdin.end();
  await require(join(folder, 'rostsd_gen', 'index.cjs')).generateAll();
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
