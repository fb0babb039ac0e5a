import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { InputError } from '../input_error.js';
import { Random } from '../kernels/random.js';
import { paperConfig, tensorShapes, type MotorWeights, type MotorTensors } from '../snn/motor_network.js';
import { readMotorWeights, writeMotorWeights } from './motor_weights.js';

let folder: string;
let path: string;
const header = { name: 'tiny', made: { command: 'test', seed: 3 }, quality: { meanM: 0.02 } };

function tinyWeights(): MotorWeights {
  const config = structuredClone(paperConfig);
  config.lsg.neurons = 7;
  config.trainee.neurons = 5;
  const random = new Random(1);
  const tensors: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(tensorShapes(config)))
    if (shape) tensors[name] = Float32Array.from({ length: shape[0] * shape[1] }, () => random.gaussian());
  return { config, tensors: tensors as unknown as MotorTensors };
}

/** The fault that reading the weights ends with. */
function fault(): { code: string; field: string } {
  try {
    readMotorWeights(path);
  } catch (error) {
    if (error instanceof InputError) return error.fault;
    throw error;
  }
  throw new Error('accepted');
}

function editManifest(edit: (manifest: any) => void): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  edit(manifest);
  writeFileSync(path, JSON.stringify(manifest));
}

/** Changes the values and keeps the checksum right. */
function editValues(edit: (values: Buffer) => Buffer): void {
  const file = path.replace('.json', '.f32');
  const bytes = edit(readFileSync(file));
  writeFileSync(file, bytes);
  editManifest((m) => (m.sha256 = createHash('sha256').update(bytes).digest('hex')));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oneshot-weights-'));
  path = join(folder, 'manifest.json');
  writeMotorWeights(path, header, tinyWeights());
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was written is read back exactly, by file or by folder', () => {
  const written = tinyWeights();
  for (const place of [path, folder]) {
    const { manifest, weights } = readMotorWeights(place);
    expect(weights).toEqual(written);
    expect(manifest.made.seed).toBe(3);
    expect(manifest.quality).toEqual({ meanM: 0.02 });
  }
});

test('values are float32, little endian, row major', () => {
  const bytes = readFileSync(path.replace('.json', '.f32'));
  const { tensors } = tinyWeights();
  expect(bytes.readFloatLE(0)).toBe(tensors.lsgInput[0]);
  expect(bytes.readFloatLE(4 * (tensors.lsgInput.length + 9))).toBe(tensors.lsgRecurrent[9]);
});

test.each<[string, () => void, { code: string; field: string }]>([
  [
    'one flipped bit',
    () => {
      const file = path.replace('.json', '.f32');
      const bytes = readFileSync(file);
      bytes[100] ^= 1;
      writeFileSync(file, bytes);
    },
    { code: 'wrong-checksum', field: 'sha256' },
  ],
  [
    'truncated values',
    () => editValues((b) => b.subarray(0, b.length - 4)),
    { code: 'wrong-length', field: 'file' },
  ],
  [
    'NaN',
    () => editValues((b) => (b.writeFloatLE(NaN, 4 * 12), b)),
    { code: 'not-finite', field: 'lsgInput[12]' },
  ],
  [
    'a transposed tensor',
    () => editManifest((m) => m.tensors[0].shape.reverse()),
    { code: 'wrong-shape', field: 'tensors.lsgInput.shape' },
  ],
  [
    'a missing tensor',
    () => editManifest((m) => (m.tensors[4].name = 'other')),
    { code: 'unknown-tensor', field: 'tensors.other' },
  ],
  [
    'a tensor of the configuration that is absent',
    () => editManifest((m) => (m.config.update.direct = true)),
    { code: 'missing-tensor', field: 'tensors.lsgDirect' },
  ],
  [
    'an unknown encoder',
    () => editManifest((m) => (m.config.encoder.kind = 'rate')),
    { code: 'invalid-union', field: 'config.encoder.kind' },
  ],
  [
    'a configuration field nobody knows',
    () => editManifest((m) => (m.config.trainee.noise = 1)),
    { code: 'unknown-field', field: 'config.trainee.noise' },
  ],
  [
    'other sizes',
    () => editManifest((m) => (m.config.trainee.neurons = 6)),
    { code: 'wrong-shape', field: 'tensors.lsgReadout.shape' },
  ],
  ['another kind', () => editManifest((m) => (m.kind = 'fewshot')), { code: 'wrong-kind', field: 'kind' }],
  ['a later format', () => editManifest((m) => (m.version = 2)), { code: 'invalid-value', field: 'version' }],
  [
    'values outside the folder',
    () => editManifest((m) => (m.file = '../x.f32')),
    { code: 'invalid-format', field: 'file' },
  ],
  ['no values', () => rmSync(path.replace('.json', '.f32')), { code: 'unreadable', field: 'file' }],
  ['no JSON', () => writeFileSync(path, '{"format": '), { code: 'not-json', field: 'content' }],
  ['no file', () => rmSync(path), { code: 'unreadable', field: 'file' }],
])('%s is refused with the place', (_, damage, expected) => {
  damage();
  expect(fault()).toMatchObject(expected);
});

test('the error is one line with the file in it', () => {
  editManifest((m) => (m.config.lsg.neurons = 0));
  expect(() => readMotorWeights(path)).toThrow(
    new InputError({ code: '', field: 'config.lsg.neurons', expected: 'at least 1', received: '0' }, path)
      .message,
  );
});
