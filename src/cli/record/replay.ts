import { readRecordingFile } from '../../files/recording_file.js';
import { InputError } from '../../input_error.js';
import { RosNode, shutdown } from '../../ros/index.js';
import { writeResult } from '../output.js';

export interface ReplayOptions {
  rate: number;
  topics?: string[];
  wait: number;
  json?: string;
}

/** `replay`: the recorded bytes again, at their own distances in time divided by the rate. Ctrl-C ends it. */
export async function replay(recording: string, options: ReplayOptions): Promise<void> {
  const { messages, topics, complete } = readRecordingFile(
    recording,
    options.topics && ((topic) => options.topics!.includes(topic)),
  );
  const wanted = topics.filter((t) => t.count > 0 && (options.topics?.includes(t.topic) ?? true));
  if (messages.length === 0)
    throw new InputError(
      {
        code: 'no-topic',
        field: '--topics',
        expected: `some of ${topics.map((t) => t.topic).join(', ') || 'none that has messages'}`,
        received: options.topics?.join(', ') ?? 'none',
      },
      recording,
    );
  if (!complete) console.error(`${recording}: not ended properly; played as far as it goes`);
  const node = await RosNode.start({ name: 'replay', argv: [], parameters: {} });
  try {
    const publishers = new Map(
      wanted.map(({ topic, type }) => [topic, node.publisher<object>(type, topic, qosOf(type))]),
    );
    const until = performance.now() + 1000 * options.wait;
    while (performance.now() < until && ![...publishers.values()].some((p) => p.subscriptionCount > 0))
      await pause(20);
    let stopped = false;
    void node.done.then(() => (stopped = true));
    const startMs = performance.now();
    let count = 0;
    for (const { topic, logTimeNs, data } of messages) {
      const dueMs = Number(logTimeNs - messages[0].logTimeNs) / 1e6 / options.rate;
      const left = dueMs - (performance.now() - startMs);
      if (left > 0) await pause(left);
      if (stopped) break;
      // rclnodejs takes serialised messages as they are
      publishers.get(topic)!.publish(Buffer.from(data));
      count++;
    }
    const seconds = (performance.now() - startMs) / 1000;
    writeResult(
      options.json,
      { messages: count, topics: wanted, seconds },
      `${count} messages of ${wanted.length} topics in ${seconds.toFixed(2)} s`,
    );
  } finally {
    await shutdown(0);
  }
}

/** What late joiners must get is latched, as it was when it was recorded. */
function qosOf(type: string): 'default' | 'latched' {
  return /oneshot_arm_msgs\/msg\/(Lesson|Activity|LearnerStatus|ArmStatus)$/.test(type)
    ? 'latched'
    : 'default';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
