import { CdrWriter, cdrEncoder } from './cdr.js';

describe('CDR', () => {
  test('values are aligned from the end of the encapsulation header', () => {
    const w = new CdrWriter();
    w.u8(7);
    w.f64(1.5);
    w.string('ab');
    w.f64s([]);
    w.u16s([1, 2]);
    // 00 01 00 00 | 07, 7 of padding | 1.5 | length 3, "ab", 0 | padding, 0 | 2, 1, 2
    expect(w.done().toString('hex')).toBe(
      '00010000' +
        '0700000000000000' +
        '000000000000f83f' +
        '0300000061620000' +
        '00000000' +
        '0200000001000200',
    );
  });

  test('a trajectory, byte for byte as rclpy serialises it (padding zero)', () => {
    const encode = cdrEncoder('trajectory_msgs/msg/JointTrajectory');
    const point = {
      positions: [0.5],
      velocities: [],
      accelerations: [],
      effort: [],
      time_from_start: { sec: 1, nanosec: 2 },
    };
    const message = {
      header: { stamp: { sec: 3, nanosec: 4 }, frame_id: 'b' },
      joint_names: ['j'],
      points: [point],
    };
    expect(encode?.(message).toString('hex')).toBe(
      '000100000300000004000000020000006200000001000000020000006a000000010000000100000000000000000000000000e03f0000000000000000000000000100000002000000',
    );
  });

  test('types without an encoder are left to rclnodejs', () => {
    expect(cdrEncoder('std_msgs/msg/Empty')).toBeUndefined();
  });
});

test('values written while the buffer grows are not lost', () => {
  const writer = new CdrWriter();
  const values = Float64Array.from({ length: 3000 }, (_, k) => k + 0.5);
  writer.f64s(values);
  writer.f32s(values);
  const bytes = writer.done();
  values.forEach((v, k) => {
    expect(bytes.readDoubleLE(12 + 8 * k)).toBe(v);
    expect(bytes.readFloatLE(12 + 8 * values.length + 4 + 4 * k)).toBe(v);
  });
});
