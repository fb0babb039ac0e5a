import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hullOf, meshCorners } from '../arm/collision/mesh.js';
import type { LimitsConfig } from '../arm/limits/config.js';
import type { Link, RobotModel, Shape } from '../arm/urdf/model.js';
import { InputError } from '../input_error.js';

const mostBytes = 2 ** 27;

/**
 * The model with its collision meshes as convex hulls, where something asks for collision shapes; a mesh that cannot be read
 * stays one and says why. Read is only what lies in the description's own folder or package, in a ROS package
 * (AMENT_PREFIX_PATH) or in a folder of ONESHOT_ARM_MESHES (a list). @param path of the description.
 */
export function withHulls(model: RobotModel, path: string, limits: LimitsConfig): RobotModel {
  if (!limits.selfCollision && (limits.workspace?.floor ?? null) === null) return model;
  const links = new Map<string, Link>();
  for (const [name, link] of model.links)
    links.set(name, { ...link, collisions: link.collisions.map((shape) => hull(shape, path)) });
  return { ...model, links };
}

function hull(shape: Shape, path: string): Shape {
  if (shape.kind !== 'mesh') return shape;
  try {
    const corners = meshCorners(readFileSync(meshFile(shape.filename, path)), shape.filename);
    const scaled = corners.map((x, i) => x * shape.scale[i % 3]);
    return { kind: 'hull', origin: shape.origin, ...hullOf(scaled) };
  } catch (error) {
    if (!(error instanceof InputError) && !(error instanceof Error && 'code' in error)) throw error;
    return { ...shape, fault: error.message };
  }
}

/** Where a mesh lies. @param path of the description; empty: it came from a topic. @throws Error saying why it is not read. */
export function meshFile(filename: string, path: string): string {
  const fault = (why: string): never => {
    throw Object.assign(new Error(why), { code: 'no-mesh' });
  };
  const own = existsSync(path) ? packageOf(path) : null;
  const listed = (variable: string): string[] =>
    (process.env[variable] ?? '').split(delimiter).filter(Boolean);
  const shares = listed('AMENT_PREFIX_PATH').map((prefix) => join(prefix, 'share'));
  const named = listed('ONESHOT_ARM_MESHES');
  const allowed = [...(own ? [own] : []), ...shares, ...named];
  const [, name, rest] = /^package:\/\/([^/]+)\/(.*)$/.exec(filename) ?? [];
  const candidatesOf = (): string[] => {
    if (name) {
      const ours = own && basename(own) === name ? [join(own, rest)] : [];
      return [...ours, ...[...shares, ...named].map((folder) => join(folder, name, rest))];
    }
    if (filename.startsWith('file://')) return [fileURLToPath(filename)];
    if (/^\w+:\/\//.test(filename))
      return fault('only package://, file:// and paths beside the description are read');
    if (isAbsolute(filename)) return [filename];
    return own ? [resolve(dirname(path), filename)] : [];
  };
  const found = candidatesOf().find((file) => existsSync(file));
  if (!found) return fault(name ? `no such file in package ${name}` : 'no such file');
  const real = realpathSync(found);
  if (!allowed.some((folder) => existsSync(folder) && real.startsWith(realpathSync(folder) + sep)))
    return fault('outside of the folders that may be read');
  if (!statSync(real).isFile() || statSync(real).size > mostBytes) return fault('no file of at most 128 MB');
  return real;
}

/** The package that a description belongs to: the nearest folder above with a package.xml, else its own folder. */
function packageOf(path: string): string {
  const own = dirname(resolve(path));
  for (let folder = own; folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, 'package.xml'))) return folder;
  return own;
}
