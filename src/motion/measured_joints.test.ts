import { MeasuredJoints } from './measured_joints.js';

const ros = 1e9;

describe('MeasuredJoints', () => {
  test('is complete once every joint was heard of, from any number of messages', () => {
    const m = new MeasuredJoints(['a', 'b']);
    expect(m.ageS(0)).toBe(Infinity);
    expect(m.stampAgeS(0)).toBe(Infinity);
    m.receive(['x', 'a'], [9, 1], [0, 0.5], ros, 0.1, ros);
    expect(m.complete).toBe(false);
    m.receive(['b'], [2], [], ros + 0.01, 0.11, ros + 0.01);
    expect(m.complete).toBe(true);
    expect([...m.position]).toEqual([1, 2]);
    expect(m.ageS(1.1)).toBeCloseTo(1, 9);
    expect(m.stampAgeS(1.1)).toBeCloseTo(1, 9);
  });

  test('values that are not finite leave the joint to grow old', () => {
    const m = new MeasuredJoints(['a']);
    m.receive(['a'], [1], [0], ros, 0, ros);
    m.receive(['a'], [Number.NaN], [0], ros + 1, 1, ros + 1);
    expect(m.position[0]).toBe(1);
    expect(m.ageS(1)).toBe(1);
    expect(m.known(0.2, 0.3)).toBe(true);
    expect(m.known(1, 0.3)).toBe(false);
  });

  test('a stamp in the future has a negative age', () => {
    const m = new MeasuredJoints(['a']);
    m.receive(['a'], [1], [0], ros + 5, 0, ros);
    expect(m.stampAgeS(1)).toBeCloseTo(-4, 6);
  });

  test('speed is taken over a window: noise counts little, motion fully; it is unknown once stale', () => {
    const m = new MeasuredJoints(['a']);
    const take = (t: number, p: number) => m.receive(['a'], [p], [], ros + t, t, ros + t);
    take(0, 0);
    expect(m.speed(0, 1)).toBeNaN();
    for (let k = 1; k <= 100; k++) take(k * 0.01, k % 2 ? 1e-3 : 0);
    expect(m.speed(1, 0.3)).toBeLessThan(0.02);
    for (let k = 0; k <= 20; k++) take(1.01 + k * 0.01, k * 0.01);
    expect(m.speed(1.21, 0.3)).toBeCloseTo(1, 6);
    expect(m.velocity[0]).toBeCloseTo(1, 4);
    expect(m.speed(2, 0.3)).toBeNaN();
    // the first state after a silence says nothing of the speed either
    take(2, 0.9);
    expect(m.speed(2, 0.3)).toBeNaN();
  });

  test('states that waited and come at once are dated by their stamps', () => {
    const m = new MeasuredJoints(['a']);
    for (let k = 0; k < 6; k++) m.receive(['a'], [k * 0.005], [0.5], ros + k * 0.01, 3, ros + 3);
    expect(m.speed(3, 0.3)).toBeCloseTo(0.5, 3);
  });

  test('a jump is not believed until it lasts', () => {
    const m = new MeasuredJoints(['a'], [1]);
    let t = 0;
    const take = (p: number) => m.receive(['a'], [p], [0], ros + (t += 0.01), t, ros + t);
    for (let k = 0; k < 20; k++) take(0.2);
    take(1.2);
    expect(m.position[0]).toBe(0.2);
    expect(m.ageS(t)).toBeCloseTo(0.01, 9);
    take(0.2);
    take(1.2);
    take(1.2);
    expect(m.position[0]).toBe(0.2);
    take(1.2);
    expect(m.position[0]).toBe(1.2);
    // it was carried there: that is no speed
    take(1.2);
    expect(m.speed(t, 0.3)).toBeLessThan(1e-9);
  });

  test('tells listeners until they leave', () => {
    const m = new MeasuredJoints(['a']);
    const stamps: number[] = [];
    const leave = m.onSample((s) => stamps.push(s));
    m.receive(['a'], [0], [], 1, 0, 1);
    leave();
    m.receive(['a'], [0], [], 2, 0, 2);
    expect(stamps).toEqual([1]);
  });
});
