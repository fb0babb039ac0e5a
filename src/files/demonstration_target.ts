/** A motion out of a recording's joint states. Knows no files: pages read recordings with it as well. */
import {
  type Demonstration,
  type DemonstrationOptions,
  type JointSamples,
  prepareDemonstration,
} from '../arm/demonstration/demonstration.js';
import type { Profile } from '../arm/kinematics/profile.js';
import type { SampledTarget } from '../arm/target/target.js';
import { targetFromWaypoints } from '../arm/target/waypoints.js';
import { reject } from '../input_error.js';
import type { RecordedMessage, Recording } from '../record/read_recording.js';

interface Stamped {
  header: { stamp: { sec: number; nanosec: number } };
}
interface JointState extends Stamped {
  name: string[];
  position: Float64Array;
}

/** What a demonstration is read from. */
export const jointState = 'sensor_msgs/msg/JointState';

/** A recorded demonstration as a motion of the arm's learned joints. */
export interface RecordingTarget extends SampledTarget {
  demonstration: Demonstration;
}

/** The target that joint states on a topic of a recording show, prepared as a demonstration is. @throws InputError */
export function recordedTarget(
  recording: Recording,
  profile: Profile,
  topic: string,
  options: DemonstrationOptions = {},
): RecordingTarget {
  return demonstrationTarget(jointSamples(messagesOf(recording, topic), profile.joints), profile, options);
}

/** The target that recorded joint positions show, prepared as a demonstration is. @throws InputError */
export function demonstrationTarget(
  samples: JointSamples,
  profile: Profile,
  options: DemonstrationOptions = {},
): RecordingTarget {
  const demonstration = prepareDemonstration(samples, {
    joints: profile.joints.slice(0, profile.learned),
    ...options,
  });
  const n = demonstration.joints.length;
  const target = targetFromWaypoints(
    {
      joints: demonstration.joints,
      timesS: Array.from(demonstration.timesS),
      positions: Array.from(demonstration.timesS, (_, i) =>
        demonstration.positions.subarray(i * n, (i + 1) * n),
      ),
    },
    profile,
  );
  return { target, rows: samples.timesS.length, dtS: demonstration.timesS[1], jitterS: null, demonstration };
}

function messagesOf(recording: Recording, topic: string): RecordedMessage[] {
  const found = recording.topics.find((t) => t.topic === topic);
  if (!found || found.count === 0)
    reject(
      'no-topic',
      'topic',
      `${topic} with messages`,
      recording.topics.map((t) => t.topic).join(', ') || 'none',
    );
  if (found.type !== jointState) reject('wrong-type', `topic ${topic}`, jointState, found.type);
  return recording.messages;
}

/** Positions of those of the wanted joints that the messages have; stamps where they have any, else the time of recording. */
export function jointSamples(
  messages: readonly Pick<RecordedMessage, 'message' | 'logTimeNs'>[],
  wanted: readonly string[],
): { joints: string[]; timesS: number[]; positions: Float64Array[] } {
  const joints = wanted.filter((name) =>
    messages.some(({ message }) => (message as JointState).name.includes(name)),
  );
  if (joints.length === 0)
    reject(
      'unknown-joint',
      'name',
      `one of ${wanted.join(', ')} among them`,
      (messages[0].message as JointState).name.join(', ') || 'none',
    );
  const stamped = messages.every(({ message }) => {
    const { stamp } = (message as JointState).header;
    return stamp.sec !== 0 || stamp.nanosec !== 0;
  });
  const timesS: number[] = [];
  const positions: Float64Array[] = [];
  const startNs = timeNs(messages[0], stamped);
  for (const message of messages) {
    const state = message.message as JointState;
    const columns = joints.map((name) => state.name.indexOf(name));
    // several nodes may share the topic, each with joints of its own
    if (columns.some((c) => c < 0)) continue;
    const t = Number(timeNs(message, stamped) - startNs) / 1e9;
    if (t === timesS[timesS.length - 1]) continue;
    timesS.push(t);
    positions.push(Float64Array.from(columns, (c) => state.position[c] ?? NaN));
  }
  return { joints, timesS, positions };
}

function timeNs(
  { message, logTimeNs }: Pick<RecordedMessage, 'message' | 'logTimeNs'>,
  stamped: boolean,
): bigint {
  if (!stamped) return logTimeNs;
  const { sec, nanosec } = (message as JointState).header.stamp;
  return BigInt(sec) * 1_000_000_000n + BigInt(nanosec);
}
