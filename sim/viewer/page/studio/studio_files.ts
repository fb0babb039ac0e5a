import * as z from 'zod';
import { parseLimitsConfig, type LimitsConfig } from '../../../../src/arm/limits/config.js';
import { characterSchema, characterWeights } from '../../../../src/files/character_schema.js';
import { manifestSchema, type Manifest, type Tensor } from '../../../../src/files/manifest.js';
import { motorConfigSchema, motorTensors } from '../../../../src/files/motor_schema.js';
import { splitTensors } from '../../../../src/files/tensors.js';
import type { CharacterWeights } from '../../../../src/fewshot/network.js';
import type { MotorWeights } from '../../../../src/snn/motor_network.js';

/** What the studio is built with. */
export interface StudioFiles {
  urdf: string;
  limits: LimitsConfig;
  examples: { name: string; target: unknown }[];
  motor: { name: string; weights: MotorWeights };
}

const about = z.object({
  limits: z.unknown(),
  examples: z.array(z.object({ name: z.string(), target: z.unknown() })),
});

/** Reads what lies beside the page. @throws Error naming the file that is missing or wrong. */
export async function loadStudio(): Promise<StudioFiles> {
  const [urdf, texts, motor] = await Promise.all([
    fetched('arm.urdf').then((r) => r.text()),
    fetched('studio.json').then((r) => r.json()),
    loadTensors('motor'),
  ]);
  const { limits, examples } = about.parse(texts);
  const config = motorConfigSchema.parse(motor.manifest.config);
  return {
    urdf,
    limits: parseLimitsConfig(limits),
    examples,
    motor: {
      name: motor.manifest.name,
      weights: { config, tensors: motorTensors(config, motor.tensors, 'motor.json') },
    },
  };
}

/** Reads the character network; only where it is wanted. */
export async function loadCharacters(): Promise<CharacterWeights> {
  const { manifest, tensors } = await loadTensors('characters');
  return characterWeights(characterSchema.parse(manifest.config), tensors, 'characters.json');
}

async function loadTensors(name: string): Promise<{ manifest: Manifest; tensors: Map<string, Tensor> }> {
  const [description, bytes] = await Promise.all([
    fetched(`${name}.json`).then((r) => r.json()),
    fetched(`${name}.f32`).then((r) => r.arrayBuffer()),
  ]);
  const manifest = manifestSchema.parse(description);
  return { manifest, tensors: splitTensors(new Float32Array(bytes), manifest) };
}

async function fetched(name: string): Promise<Response> {
  const response = await fetch(location.protocol === 'file:' ? await beside(name) : name);
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}

let copies: Promise<Record<string, string>> | undefined;

/** Where a page that was opened as a file finds what lies beside it: copies in a script, as it may read nothing else. */
async function beside(name: string): Promise<string> {
  copies ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = 'files.js';
    script.onload = () =>
      resolve((globalThis as unknown as { studioFiles: Record<string, string> }).studioFiles);
    script.onerror = () =>
      reject(new Error('files.js is not beside the page: serve the folder, with npx oneshot-arm studio'));
    document.head.append(script);
  });
  return (await copies)[name];
}
