import { FramePool } from './frames';

test('a frame is written again only once nobody holds it', () => {
  const pool = new FramePool();
  const first = pool.take(8);
  first.hold();
  first.release();
  const second = pool.take(8);
  expect(second).not.toBe(first);
  first.release();
  expect(pool.take(8)).toBe(first);
  expect(pool.take(8)).not.toBe(first);
});

test('a stream of which the last is kept needs two frames', () => {
  const pool = new FramePool();
  const made = new Set<object>();
  let last = pool.take(8);
  for (let k = 0; k < 1000; k++) {
    const next = pool.take(8);
    made.add(next);
    last.release();
    last = next;
  }
  expect(made.size).toBe(2);
});

test('frames of another size are not given', () => {
  const pool = new FramePool();
  const [small, kept] = [pool.take(8), pool.take(8)];
  small.release();
  expect(pool.take(16).data).toHaveLength(16);
  kept.release();
  expect(pool.take(16).data).toHaveLength(16);
});
