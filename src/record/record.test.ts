import { Recorder } from './recorder';
import { readRecording } from './read_recording';

/** Bytes in memory. */
export function memory() {
  const parts: Uint8Array[] = [];
  return { write: (b: Uint8Array) => void parts.push(b.slice()), bytes: () => Buffer.concat(parts) };
}

const own: Record<string, string> = {
  'mine/Score': 'float64 mean_m   # a comment\nfloat64[] rmse\n',
  'mine/Status':
    'std_msgs/Header header\nstring state\nScore score\nScore[] more\nuint64 count\nbool good\nuint8 KIND=3\n',
};
const stamp = { sec: 12, nanosec: 34 };
const state = (k: number) => ({
  header: { stamp: { sec: k, nanosec: 5 }, frame_id: 'base' },
  name: ['a', 'bc'],
  position: [k + 0.25, -k],
  velocity: Float64Array.of(1, 2),
  effort: [],
});

function recorded(count: number, end = true) {
  const sink = memory();
  const recorder = new Recorder(sink, { definitions: (t) => own[t], chunkS: 0.1 });
  for (let k = 0; k < count; k++) {
    recorder.write('/joint_states', 'sensor_msgs/msg/JointState', state(k), BigInt(k) * 10_000_000n);
    if (k % 10 === 0)
      recorder.write(
        '/status',
        'mine/msg/Status',
        {
          header: { stamp, frame_id: '' },
          state: `s${k}`,
          score: { mean_m: 0.5, rmse: [1, 2] },
          more: [{ mean_m: k, rmse: [] }],
          count: 7n,
          good: true,
        },
        BigInt(k) * 10_000_000n,
      );
  }
  if (end) recorder.end();
  return sink.bytes();
}

test('what is written is read again, own types and nested ones included', () => {
  const { messages, topics, complete } = readRecording(recorded(100));
  expect(complete).toBe(true);
  expect(topics).toEqual([
    { topic: '/joint_states', type: 'sensor_msgs/msg/JointState', count: 100 },
    { topic: '/status', type: 'mine/msg/Status', count: 10 },
  ]);
  const states = messages.filter((m) => m.topic === '/joint_states');
  expect(states.map((m: any) => m.message.position[0])).toEqual(states.map((_, k) => k + 0.25));
  expect(states[3].logTimeNs).toBe(30_000_000n);
  const status = messages.filter((m) => m.topic === '/status')[4].message as any;
  expect(status).toMatchObject({ state: 's40', count: 7n, good: true, header: { stamp } });
  expect(status.more[0].mean_m).toBe(40);
  expect(Array.from(status.score.rmse)).toEqual([1, 2]);
});

test('cut at any byte, every whole chunk is read and nothing wrong', () => {
  const bytes = recorded(60, false);
  let most = 0;
  for (let length = 0; length <= bytes.length; length += 37) {
    let read;
    try {
      read = readRecording(bytes.subarray(0, length));
    } catch (error) {
      expect(error).toMatchObject({ name: 'InputError' });
      expect(length).toBeLessThan(bytes.length / 3);
      continue;
    }
    expect(read.complete).toBe(false);
    const states = read.messages.filter((m) => m.topic === '/joint_states');
    states.forEach((m: any, k) => expect(m.message.position[0]).toBe(k + 0.25));
    expect(states.length).toBeGreaterThanOrEqual(most);
    most = states.length;
  }
  // chunks of 0.1 s: at most the last 11 messages are missing
  expect(most).toBeGreaterThanOrEqual(60 - 11);
});

test('what is no recording is refused', () => {
  expect(() => readRecording(Buffer.from('hello, this is text and no recording'))).toThrow(
    /content: expected an MCAP/,
  );
  expect(() => readRecording(Buffer.alloc(0))).toThrow(/content: expected an MCAP/);
  expect(() => new Recorder(memory()).write('/x', 'nobody/msg/Knows', {}, 0n)).toThrow(
    /type: expected a message type/,
  );
});
