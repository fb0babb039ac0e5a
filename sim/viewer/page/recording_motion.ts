import type { Profile } from '../../../src/arm/kinematics/profile.js';
import { jointState, recordedTarget } from '../../../src/files/demonstration_target.js';
import { reject } from '../../../src/input_error.js';
import { readRecording } from '../../../src/record/read_recording.js';
import type { WireTarget } from '../protocol.js';
import { onEvenSteps } from './motion_file.js';

/** Where joint states are looked for first. */
const USUAL_TOPIC = '/joint_states';

/**
 * The motion that a recording's joint states show (MCAP, ROS 2 profile): of /joint_states, else of the only topic that has some.
 * @throws InputError naming what is missing or wrong.
 */
export function motionOfRecording(bytes: Uint8Array, profile: Profile): WireTarget {
  const { topics } = readRecording(bytes, () => false);
  const found = topics.filter((t) => t.type === jointState && t.count > 0).map((t) => t.topic);
  const topic = found.includes(USUAL_TOPIC) ? USUAL_TOPIC : found[0];
  if (!topic || (topic !== USUAL_TOPIC && found.length > 1))
    reject(
      'no-topic',
      'topic',
      `${jointState} on ${USUAL_TOPIC}, or on one topic`,
      found.join(', ') || 'none',
    );
  return onEvenSteps(
    recordedTarget(
      readRecording(bytes, (name) => name === topic),
      profile,
      topic,
    ).target,
  );
}
