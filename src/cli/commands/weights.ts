import type { Command } from 'commander';
import { baseCommand } from '../command.js';
import { table, writeResult } from '../output.js';

/** `weights inspect FILE` and `weights import FILE --out MANIFEST`. */
export function register(program: Command): void {
  const weights = program.command('weights').description('inspect or import weight files');
  weights.addCommand(
    baseCommand(
      'inspect',
      'check a weight file and print what it holds',
      'oneshot-arm weights inspect models/motor-default/manifest.json',
    )
      .argument('<manifest>', 'manifest of the weights (JSON), its folder, or the name of packaged weights')
      .action(inspect),
  );
  weights.addCommand(
    baseCommand(
      'import',
      "convert weights in the layout of the paper's release (NAME.json beside NAME.f32)",
      'oneshot-arm weights import robot_arm.json --out runs/robot_arm/manifest.json',
    )
      .argument('<file>', 'JSON that names tensors, shapes, offsets and the SHA-256')
      .option('--out <manifest>', 'where to write (default: runs/NAME/manifest.json)')
      .action(importFile),
  );
}

interface Options {
  json?: string;
  out?: string;
}

async function inspect(path: string, options: Options): Promise<void> {
  const { weightsPath } = await import('../../files/models.js');
  const { readWeightFile } = await import('../../files/weights.js');
  const at = weightsPath(path, 'motor-default');
  const { manifest, tensors } = readWeightFile(at);
  if (manifest.kind === 'motor') (await import('../../files/motor_weights.js')).readMotorWeights(at);
  else (await import('../../files/character_weights.js')).readCharacterWeights(at);
  const rows = [...tensors].map(([name, { shape, values }]) => ({
    name,
    shape,
    ...summary(values),
  }));
  const text = [
    `${manifest.name} (${manifest.kind}), ${at}`,
    '',
    table([
      ['tensor', 'shape', 'mean', 'std', 'largest'],
      ...rows.map((r) => [
        r.name,
        r.shape.join(' x '),
        r.mean.toPrecision(3),
        r.std.toPrecision(3),
        r.largest.toPrecision(3),
      ]),
    ]),
    '',
    ...fields('configuration', manifest.config),
    ...fields('made by', manifest.made),
    ...fields('quality', manifest.quality),
    `checksum: ${manifest.sha256} (correct)`,
  ].join('\n');
  writeResult(options.json, { path: at, ...manifest, tensors: rows }, text);
}

/** A field a line, indented; lists and what is nested further stay on one line. */
function fields(title: string, values: unknown, indent = ''): string[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    const text = typeof values === 'string' ? values : JSON.stringify(values);
    return [`${indent}${title}: ${text}`];
  }
  return [
    `${indent}${title}`,
    ...Object.entries(values).flatMap(([key, value]) => fields(key, value, `${indent}  `)),
  ];
}

function summary(values: Float32Array): { mean: number; std: number; largest: number } {
  let sum = 0;
  let squares = 0;
  let largest = 0;
  for (const v of values) {
    sum += v;
    squares += v * v;
    largest = Math.max(largest, Math.abs(v));
  }
  const mean = sum / values.length;
  return { mean, std: Math.sqrt(Math.max(0, squares / values.length - mean * mean)), largest };
}

async function importFile(path: string, options: Options): Promise<void> {
  const { basename, join } = await import('node:path');
  const { importReleasedWeights } = await import('../../files/import_weights.js');
  const { writeMotorWeights } = await import('../../files/motor_weights.js');
  const { writeCharacterWeights } = await import('../../files/character_weights.js');
  const imported = importReleasedWeights(path);
  const name = basename(path, '.json');
  const out = options.out ?? join('runs', name, 'manifest.json');
  const header = { name, made: { command: `weights import ${basename(path)}`, source: path }, quality: {} };
  const manifest =
    imported.kind === 'motor'
      ? writeMotorWeights(out, header, imported.weights)
      : writeCharacterWeights(out, header, imported.weights);
  writeResult(options.json, { path: out, ...manifest }, `${out}: ${manifest.tensors.length} tensors`);
}
