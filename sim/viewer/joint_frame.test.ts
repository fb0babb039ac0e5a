import * as fc from 'fast-check';
import { encodeJointFrame, jointFrameBytes, JointFrames, type JointStates } from './joint_frame';

const float = fc.float({ noNaN: true, noDefaultInfinity: true });
/** Any joint states of which a frame can be made. */
const joints = fc.tuple(fc.nat(64), fc.boolean()).chain(([n, commanded]) =>
  fc.record<JointStates>({
    type: fc.constant('joints'),
    timeS: fc.double({ noNaN: true, noDefaultInfinity: true }),
    names: fc.array(fc.string(), { minLength: n, maxLength: n }),
    positions: fc.array(float, { minLength: n, maxLength: n }),
    velocities: fc.array(float, { minLength: n, maxLength: n }),
    command: commanded ? fc.array(fc.option(float), { minLength: n, maxLength: n }) : fc.constant(undefined),
  }),
);
const example: JointStates = {
  type: 'joints',
  timeS: 1700000000.123456,
  names: ['base', 'shoulder', 'slide'],
  positions: [0.5, -0.25, 1.5],
  velocities: [0, -2, 4],
  command: [0.75, null, 0],
};

function encoded(states: JointStates, names = 0, sequence = 0): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(jointFrameBytes(states)));
  encodeJointFrame(view, states, names, sequence);
  return view.buffer;
}

function reader(states: JointStates, number = 0): JointFrames {
  const frames = new JointFrames();
  frames.named(number, states.names);
  return frames;
}

test('what is written is read again', () => {
  const number = fc.nat(2 ** 32 - 1);
  fc.assert(
    fc.property(joints, number, number, (states, names, sequence) => {
      const frame = encoded(states, names, sequence);
      expect(reader(states, names).decode(frame)).toEqual({ joints: { ...states, missed: 0 } });
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('bytes lie where the layout says', () => {
  const frame = Buffer.from(encoded(example, 258, 7));
  expect(frame.subarray(0, 16).toString('hex')).toBe('01010300' + '02010000' + '07000000' + '03000000');
  expect(frame.readDoubleLE(16)).toBe(example.timeS);
  const values = Array.from({ length: 9 }, (_, k) => frame.readFloatLE(24 + 4 * k));
  expect(values).toEqual([0.5, -0.25, 1.5, 0, -2, 4, 0.75, NaN, 0]);
  expect(frame.length).toBe(60);
});

test('a frame cut short, or too long, is told', () => {
  const frame = encoded(example);
  for (let bytes = 0; bytes < frame.byteLength; bytes++)
    expect(reader(example).decode(frame.slice(0, bytes))).toEqual({ fault: expect.stringMatching(/bytes/) });
  const longer = new Uint8Array(frame.byteLength + 1);
  longer.set(new Uint8Array(frame));
  expect(reader(example).decode(longer.buffer)).toEqual({ fault: expect.stringMatching(/bytes/) });
});

test.each<[string, RegExp, (view: DataView) => void]>([
  ['another version', /version 1, got 2/, (view) => view.setUint8(0, 2)],
  ['another kind', /kind 1, got 9/, (view) => view.setUint8(1, 9)],
  ['a row more', /2 or 3 rows, got 4/, (view) => view.setUint32(12, 4, true)],
  ['names that were not told', /3 joints named last, got 3 of names 5/, (view) => view.setUint32(4, 5, true)],
  ['more joints than come', /expected 72 bytes/, (view) => view.setUint16(2, 4, true)],
  ['no stamp', /finite stamp/, (view) => view.setFloat64(16, NaN, true)],
  ['a position that is no number', /positions\.1/, (view) => view.setFloat32(28, NaN, true)],
  ['an endless velocity', /velocities\.2/, (view) => view.setFloat32(44, -Infinity, true)],
  ['an endless command', /command\.0/, (view) => view.setFloat32(48, Infinity, true)],
])('%s is told', (_, fault, bend) => {
  const frame = encoded(example);
  bend(new DataView(frame));
  expect(reader(example).decode(frame)).toEqual({ fault: expect.stringMatching(fault) });
});

test('before the names came, and after others came, frames are told', () => {
  expect(new JointFrames().decode(encoded(example))).toHaveProperty('fault');
  const frames = reader(example);
  frames.named(1, ['another']);
  expect(frames.decode(encoded(example))).toHaveProperty('fault');
});

test('anything at all, and a frame with bytes changed, throws nothing and shows nothing that is not finite', () => {
  const good = new Uint8Array(encoded(example));
  const bent = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    .map((changes) => {
      const bytes = good.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(bent, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      const read = reader(example).decode(bytes.slice().buffer);
      if ('fault' in read) return expect(read.fault).toMatch(/expected/);
      const { timeS, positions, velocities, command = [], names } = read.joints;
      expect(names).toHaveLength(positions.length);
      expect([timeS, ...positions, ...velocities, ...command.map((q) => q ?? 0)].every(Number.isFinite)).toBe(
        true,
      );
    }),
    { seed: 1, numRuns: 5000 },
  );
});

test('frames that were left out are counted, past the end of the sequence as well', () => {
  const frames = reader(example);
  const missed = [2 ** 32 - 2, 2 ** 32 - 1, 0, 5].map((sequence) => {
    const read = frames.decode(encoded(example, 0, sequence));
    return 'joints' in read && read.joints.missed;
  });
  expect(missed).toEqual([0, 0, 0, 4]);
});
