import { lookAt, mostViews } from './views';

const seen = (picture: Float32Array, view: number) => {
  const out = new Float32Array(784);
  lookAt(picture, view, out);
  return out;
};
const picture = Float32Array.from({ length: 784 }, (_, k) => k);

test('views are the four quarter turns and their mirror images', () => {
  const views = Array.from({ length: mostViews }, (_, view) => seen(picture, view));
  const corners = views.map((v) => [v[0], v[27], v[783], v[756]]);
  const clockwise = [0, 27, 783, 756];
  const turned = (by: number) => clockwise.map((_, k) => clockwise[(k + by) % 4]);
  expect(corners.slice(0, 2)).toEqual([turned(0), turned(2)]);
  expect([corners[2], corners[3]].sort()).toEqual([turned(1), turned(3)].sort());
  const mirrored = picture.map((_, k) => k - (k % 28) + 27 - (k % 28));
  for (let view = 0; view < 4; view++) {
    expect(views[view + 4]).toEqual(seen(mirrored, view));
    expect(views[view].slice().sort()).toEqual(picture);
  }
  expect(new Set(views.map((v) => v.join())).size).toBe(mostViews);
});

test('a quarter turn twice is a half turn', () => {
  expect(seen(seen(picture, 2), 2)).toEqual(seen(picture, 1));
  expect(seen(seen(picture, 2), 3)).toEqual(picture);
});
