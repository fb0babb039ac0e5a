import fc from 'fast-check';
import { toTrajectoryMessage } from './convert';
import { type FieldDefinition, messageCodec, type MessageDefinition } from './message_codec';

/** A field as rclnodejs describes it: "float64[] positions", "uint8[16] uuid", "std_msgs/Header header". */
function field(text: string): FieldDefinition {
  const [, base, , size, name] = /^([\w/]+)(\[(\d*)\])? (\w+)$/.exec(text) as RegExpExecArray;
  const [pkgName, type] = base.includes('/') ? base.split('/') : [null, base];
  const isArray = size !== undefined;
  return {
    name,
    type: {
      type,
      pkgName,
      isPrimitiveType: pkgName === null,
      isArray,
      isFixedSizeArray: isArray ? size !== '' : null,
      arraySize: size ? Number(size) : null,
    },
  };
}
const definitions: Record<string, string[]> = {
  'builtin_interfaces/Time': ['int32 sec', 'uint32 nanosec'],
  'std_msgs/Header': ['builtin_interfaces/Time stamp', 'string frame_id'],
  'trajectory_msgs/JointTrajectoryPoint': [
    'float64[] positions',
    'float64[] velocities',
    'float64[] accelerations',
    'float64[] effort',
    'builtin_interfaces/Time time_from_start',
  ],
  'trajectory_msgs/JointTrajectory': [
    'std_msgs/Header header',
    'string[] joint_names',
    'trajectory_msgs/JointTrajectoryPoint[] points',
  ],
  'test/Everything': [
    'bool a',
    'uint8[3] b',
    'int8 c',
    'uint64 d',
    'float32[] e',
    'float64 f',
    'string g',
    'int32[] h',
    'uint32 i',
    'int64 j',
    'int16[] k',
    'uint16 l',
    'byte m',
  ],
};
const definition = (name: string): MessageDefinition => ({ fields: definitions[name].map(field) });
const codec = (name: string) => messageCodec(definition(name), (p, t) => definition(`${p}/${t}`));

const trajectory = {
  header: { stamp: { sec: 3, nanosec: 4 }, frame_id: 'b' },
  joint_names: ['j'],
  points: [
    {
      positions: Float64Array.of(0.5),
      velocities: new Float64Array(0),
      accelerations: new Float64Array(0),
      effort: new Float64Array(0),
      time_from_start: { sec: 1, nanosec: 2 },
    },
  ],
};
/** As rclpy serialises it, padding zero. */
const bytes = Buffer.from(
  '000100000300000004000000020000006200000001000000020000006a000000010000000100000000000000000000000000e03f0000000000000000000000000100000002000000',
  'hex',
);

test('a trajectory as rclpy serialises it, both ways', () => {
  const { read, write } = codec('trajectory_msgs/JointTrajectory');
  expect(write(trajectory).toString('hex')).toBe(bytes.toString('hex'));
  expect(read(bytes)).toEqual(trajectory);
});

test('a trajectory that is still arrays writes what its definition says, from any row on, wherever it is nested', () => {
  const nested = messageCodec(
    { fields: ['uint8 before', 'trajectory_msgs/JointTrajectory motion', 'float64 after'].map(field) },
    (p, t) => definition(`${p}/${t}`),
  );
  const rows = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(
      rows,
      rows,
      rows,
      fc.array(fc.constantFrom('positions', 'velocities', 'accelerations')),
      fc.string(),
      (n, count, first, given, frame) => {
        const timesS = Float64Array.from({ length: count }, (_, k) => 1.3 * k);
        const joints = Array.from({ length: n }, (_, j) => 'j'.repeat(j + 1));
        const values = Float64Array.from({ length: count * n }, (_, i) => Math.sin(i));
        const motion = toTrajectoryMessage(
          { joints, timesS, ...Object.fromEntries(given.map((name) => [name, values])) },
          { stamp: { sec: 3, nanosec: 4 }, frame, first },
        );
        // a copy is an object of its fields, nothing more
        expect(nested.write({ before: 1, motion, after: 2 })).toEqual(
          nested.write({ before: 1, motion: { ...motion }, after: 2 }),
        );
      },
    ),
  );
});

test('a message in the other byte order is read as well', () => {
  const swapped = Buffer.from('0000000000000003000000040000000262000000', 'hex');
  expect(codec('std_msgs/Header').read(swapped)).toEqual(trajectory.header);
});

test('what is written is read again, whatever the values; what is missing is zero', () => {
  const { read, write } = codec('test/Everything');
  const float = fc.double({ noNaN: true });
  fc.assert(
    fc.property(
      fc.record({
        a: fc.boolean(),
        b: fc.uint8Array({ minLength: 3, maxLength: 3 }),
        c: fc.integer({ min: -128, max: 127 }),
        d: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        e: fc.float32Array({ noNaN: true }),
        f: float,
        g: fc.string({ unit: 'grapheme' }).filter((s) => !s.includes('\0')),
        h: fc.int32Array(),
        i: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        j: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        k: fc.int16Array(),
        l: fc.integer({ min: 0, max: 65535 }),
        m: fc.integer({ min: 0, max: 255 }),
      }),
      (message) => expect(read(write(message))).toEqual(message),
    ),
  );
  expect(read(write({}))).toEqual({
    a: false,
    b: new Uint8Array(3),
    c: 0,
    d: 0n,
    e: new Float32Array(0),
    f: 0,
    g: '',
    h: new Int32Array(0),
    i: 0,
    j: 0n,
    k: new Int16Array(0),
    l: 0,
    m: 0,
  });
});

test('bytes that end too early, or that tell of more than they have, are an error', () => {
  const { read } = codec('trajectory_msgs/JointTrajectory');
  for (let length = 4; length < bytes.length; length++)
    expect(() => read(bytes.subarray(0, length))).toThrow(RangeError);
  const many = Buffer.from(bytes);
  many.writeUInt32LE(4_000_000_000, 24);
  expect(() => read(many)).toThrow(/4000000000 elements where \d+ bytes are left/);
  expect(() => read(Buffer.from('00070000', 'hex'))).toThrow(/representation 7/);
});

test('a type that no goal here has is refused when the codec is made', () => {
  expect(() => messageCodec({ fields: [field('wstring name')] }, definition)).toThrow(/wstring/);
});

test('bytes with a sign go as a block, from anywhere in memory that others see, as they do one by one', () => {
  const shared = new Int8Array(new SharedArrayBuffer(8), 2, 5);
  shared.set([-128, -1, 0, 1, 127]);
  const bytesCodec = messageCodec(
    { fields: ['string name', 'int8[] values', 'uint16 after'].map(field) },
    () => ({ fields: [] }),
  );
  const block = bytesCodec.write({ name: 'n', values: shared, after: 515 });
  expect(block).toEqual(bytesCodec.write({ name: 'n', values: [...shared], after: 515 }));
  // header, the string and its end, padding, how many, two's complement, padding, the next field
  expect([...block.subarray(4)]).toEqual([
    2, 0, 0, 0, 110, 0, 0, 0, 5, 0, 0, 0, 128, 255, 0, 1, 127, 0, 3, 2,
  ]);
  expect(bytesCodec.read(block)).toEqual({ name: 'n', values: Int8Array.from(shared), after: 515 });
});
