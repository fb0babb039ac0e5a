// What the synapses' hardware costs: the same motion learned on exact weights and on emulated phase-change memory, with one
// update and with refinement, several chips (seeds) each.   node examples/pcm_study.mjs [SEEDS]
import { readFileSync } from 'node:fs';
import { teach } from 'oneshot-arm';

const seeds = Number(process.argv[2] ?? 3);
const motion = JSON.parse(readFileSync(new URL('wave.json', import.meta.url), 'utf8'));
const ways = [
  ['exact weights', { backend: 'software' }],
  ['chip, one update', { backend: 'pcm', preset: 'chip' }],
  ['chip, 5 steps of refinement', { backend: 'pcm', preset: 'chip', refine: 5 }],
];

console.log('synapses                      error, cm      devices written');
for (const [name, options] of ways) {
  const errors = [];
  let written = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const { after, learner } = await teach(motion, { ...options, seed });
    errors.push(100 * after.tcpErrorMeanM);
    written = learner.ledger.devicesWritten;
  }
  const mean = errors.reduce((a, b) => a + b) / seeds;
  const spread = Math.max(...errors) - Math.min(...errors);
  console.log(
    `${name.padEnd(28)}  ${mean.toFixed(2)} (+- ${(spread / 2).toFixed(2)})  ${String(written).padStart(12)}`,
  );
}
