import {
  fromPathMessage,
  pickJoints,
  toLedgerMessage,
  toPathMessage,
  toTrajectoryMessage,
} from './convert.js';
import { toSeconds } from './time.js';

describe('convert', () => {
  const arrays = {
    joints: ['base_joint', 'shoulder'],
    timesS: [0, 0.01, 0.02],
    positions: [0, 1, 2, 3, 4, 5],
  };

  test('a trajectory message has a point a row, stamped, empty where there are no values', () => {
    const { joint_names, points } = toTrajectoryMessage(arrays);
    expect(joint_names).toEqual(arrays.joints);
    expect(points.map((p) => p.positions)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(points.map((p) => toSeconds(p.time_from_start))).toEqual(arrays.timesS);
    for (const { velocities, accelerations } of points)
      expect([velocities.length, accelerations.length]).toEqual([0, 0]);
    expect(toTrajectoryMessage(arrays, { first: 1 }).points).toEqual(points.slice(1));
  });

  test('joints are picked by name', () => {
    expect(pickJoints(['a', 'b', 'c'], Float64Array.of(1, 2, 3), ['c', 'a'])).toEqual([3, 1]);
    expect(pickJoints(['a'], [1], ['b'])).toBeNull();
    expect(pickJoints(['a', 'b'], [Number.NaN, 1], ['a'])).toBeNull();
    expect(pickJoints(['a', 'b'], [], ['a'])).toBeNull();
  });

  test('path round trip', () => {
    const path = toPathMessage(Float32Array.of(1, 2, 3, 4, 5, 6), 0.5, 'base', { sec: 7, nanosec: 0 });
    expect(fromPathMessage(path)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(path.header.frame_id).toBe('base');
    expect(toSeconds(path.poses[1].header.stamp)).toBeCloseTo(7.5, 9);
  });

  test('ledger counts are unsigned 64-bit', () => {
    const message = toLedgerMessage({
      devicesTotal: 262144,
      devicesWritten: 12,
      pulses: 5e9,
      mvms: 3,
      energyJ: { program: 1e-9, read: 2e-9 },
    });
    expect(message).toMatchObject({ devices_total: 262144n, pulses: 5000000000n, energy_read_j: 2e-9 });
  });
});
