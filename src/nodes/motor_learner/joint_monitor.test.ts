import { JointMonitor } from './joint_monitor.js';

describe('JointMonitor', () => {
  test('is complete once every joint was heard of, from any number of messages', () => {
    const m = new JointMonitor(['a', 'b']);
    expect(m.ageS(0)).toBe(Infinity);
    m.receive(['x', 'a'], [9, 1], [0, 0.5], 10, 100);
    expect(m.complete).toBe(false);
    m.receive(['b'], [2], [], 10.01, 110);
    expect(m.complete).toBe(true);
    expect([...m.positions]).toEqual([1, 2]);
    expect(m.ageS(1100)).toBeCloseTo(1, 9);
    expect(m.stampAgeS(11)).toBeCloseTo(1, 9);
  });

  test('ignores values that are not finite: they leave the joint to grow old', () => {
    const m = new JointMonitor(['a']);
    m.receive(['a'], [1], [0], 1, 0);
    m.receive(['a'], [Number.NaN], [0], 2, 1000);
    expect(m.positions[0]).toBe(1);
    expect(m.ageS(1000)).toBe(1);
  });

  test('speed is taken over a window: noise counts little, motion fully', () => {
    const m = new JointMonitor(['a']);
    for (let k = 0; k <= 100; k++) m.receive(['a'], [k % 2 ? 1e-3 : 0], [], k * 0.01, k * 10);
    expect(m.speed).toBeLessThan(0.02);
    for (let k = 0; k <= 20; k++) m.receive(['a'], [k * 0.01], [], 1 + k * 0.01, 1000 + k * 10);
    expect(m.speed).toBeCloseTo(1, 6);
  });

  test('derives velocities where the message has none', () => {
    const m = new JointMonitor(['a']);
    m.receive(['a'], [1], [], 1, 0);
    m.receive(['a'], [1.01], [], 1.01, 10);
    expect(m.velocities[0]).toBeCloseTo(1, 6);
  });

  test('tells listeners until they leave', () => {
    const m = new JointMonitor(['a']);
    const stamps: number[] = [];
    const leave = m.onSample((s) => stamps.push(s));
    m.receive(['a'], [0], [], 1, 0);
    leave();
    m.receive(['a'], [0], [], 2, 0);
    expect(stamps).toEqual([1]);
  });
});
