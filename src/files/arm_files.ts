import { join } from 'node:path';
import { parse } from 'yaml';
import { Gate } from '../arm/gate/gate.js';
import type { Profile } from '../arm/kinematics/profile.js';
import { parseLimitsConfig, type LimitsConfig } from '../arm/limits/config.js';
import type { RobotModel } from '../arm/urdf/model.js';
import { parseUrdf } from '../arm/urdf/parse.js';
import { InputError } from '../input_error.js';
import { readText } from './json_file.js';
import { packageRoot } from './ros_environment.js';

/** Reads a robot description. @param path default: urdf/edscorbot.urdf of the package. @throws InputError naming the file. */
export function readRobotModel(path = join(packageRoot(), 'urdf', 'edscorbot.urdf')): RobotModel {
  return naming(path, () => parseUrdf(readText(path)));
}

/** Reads joint limits (YAML). @param path default: config/joint_limits.yaml of the package. @throws InputError naming the file. */
export function readLimits(path = join(packageRoot(), 'config', 'joint_limits.yaml')): LimitsConfig {
  return naming(path, () => {
    let data: unknown;
    try {
      data = parse(readText(path));
    } catch (error) {
      if (error instanceof InputError) throw error;
      const received = (error as Error).message.split('\n')[0];
      throw new InputError({ code: 'not-yaml', field: 'content', expected: 'YAML', received });
    }
    return parseLimitsConfig(data);
  });
}

function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? error.from(path) : error;
  }
}

/** The gate between recall and arm, from files. @throws InputError naming the file that is wrong. */
export function readGate(profile: Profile, files: { robotDescription?: string; limits?: string } = {}): Gate {
  const model = readRobotModel(files.robotDescription);
  const limits = readLimits(files.limits);
  return naming(files.limits ?? 'config/joint_limits.yaml', () => new Gate(model, profile, limits));
}
