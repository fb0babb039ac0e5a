import { expect, test } from '@jest/globals';
import { findPython, startAihwkit } from '../src/cli/bench/aihwkit.js';
import { compareDraws } from '../src/cli/bench/pcm.js';
import { compareSamples } from '../src/cli/bench/two_sample.js';
import { Random } from '../src/kernels/random.js';

const python = findPython();
if (!python) console.log('skipped: aihwkit is not installed (oneshot-arm bench pcm --install)');
const check = python ? test : test.skip;

check(
  'device statistics pass two-sample tests against aihwkit',
  async () => {
    const aihwkit = await startAihwkit(python!, 21);
    expect(aihwkit).not.toBeNull();
    aihwkit!.close();
    for (const model of ['pcm-like', 'hermes'] as const)
      for (const comparison of compareDraws(model, aihwkit!.draws[model], 5))
        expect(comparison).toMatchObject({ same: true });
  },
  300_000,
);

test('the two-sample test tells a difference of 3 % in spread, and none where there is none', () => {
  const random = new Random(1);
  const draw = (scale: number) => Float32Array.from({ length: 100_000 }, () => scale * random.gaussian());
  expect(compareSamples(draw(1), draw(1)).same).toBe(true);
  expect(compareSamples(draw(1), draw(1.03)).same).toBe(false);
});
