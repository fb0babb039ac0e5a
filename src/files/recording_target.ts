import type { DemonstrationOptions } from '../arm/demonstration/demonstration.js';
import type { Profile } from '../arm/kinematics/profile.js';
import { InputError } from '../input_error.js';
import { recordedTarget, type RecordingTarget } from './demonstration_target.js';
import { readRecordingFile } from './recording_file.js';

/**
 * The target that joint states of a recording show, prepared as a demonstration is.
 * @param topic of joint states. @throws InputError naming file and field.
 */
export function readRecordingTarget(
  path: string,
  profile: Profile,
  topic = '/joint_states',
  options: DemonstrationOptions = {},
): RecordingTarget {
  try {
    return recordedTarget(
      readRecordingFile(path, (name) => name === topic),
      profile,
      topic,
      options,
    );
  } catch (error) {
    throw error instanceof InputError ? error.from(path) : error;
  }
}
