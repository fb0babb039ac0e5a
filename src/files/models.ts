import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../input_error.js';
import { packageRoot } from './ros_environment.js';

export { packageRoot };

/** Names of the weights that come with the package. */
export type ModelName = 'motor-default' | 'motor-arm' | 'motor-paper' | 'fewshot-default';

/**
 * Manifest to use: the option's where one is given (a file, a folder, or the name of packaged weights), else the packaged one.
 * @throws InputError when packaged weights are not there.
 */
export function weightsPath(option: string | undefined, packaged: ModelName): string {
  if (option !== undefined && namesFile(option)) return resolve(option);
  const path = join(packageRoot(), 'models', option ?? packaged, 'manifest.json');
  if (!existsSync(path))
    throw new InputError({
      code: 'no-weights',
      field: '--weights',
      expected: 'a manifest, its folder, or the name of weights in models/',
      received: option === undefined ? `nothing, and models/${packaged} is not there` : `"${option}"`,
    });
  return path;
}

/** Whether a --weights or --arm option is a path, and not the name of something packaged. */
export function namesFile(option: string): boolean {
  return existsSync(option) || /[/\\.]/.test(option);
}
