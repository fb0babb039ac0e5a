import { extname } from 'node:path';
import { meshFile } from '../../files/meshes.js';

/** What pages can draw. */
const kinds = ['.stl', '.dae', '.obj'];

/** Meshes that a robot description names. */
export interface NamedMeshes {
  /** By name, as the description has it: the file. */
  files: Map<string, string>;
  /** Those that may not or cannot be shown, and why, a line each. */
  faults: string[];
}

/** Where the meshes of a description lie that pages may load: such as src/files/meshes.ts lets be read, of kinds that are drawn. */
export function namedMeshes(urdf: string): NamedMeshes {
  const names = [...urdf.matchAll(/<mesh\b[^>]*?\bfilename\s*=\s*(["'])(.*?)\1/g)].map(([, , name]) => name);
  const meshes: NamedMeshes = { files: new Map(), faults: [] };
  for (const name of new Set(names)) {
    try {
      const file = meshFile(name, '');
      if (kinds.includes(extname(file).toLowerCase())) meshes.files.set(name, file);
      else meshes.faults.push(`${name}: only ${kinds.join(', ')} are drawn`);
    } catch (error) {
      meshes.faults.push(`${name}: ${(error as Error).message}`);
    }
  }
  return meshes;
}
