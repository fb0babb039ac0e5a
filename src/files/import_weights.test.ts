import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { importReleasedWeights } from './import_weights.js';

const released = join(__dirname, '../../../shared/data/authors_weights');
const there = existsSync(released);
if (!there) console.log('skipped: the released weights are not on this machine');

(there ? describe : describe.skip)('weights of the release', () => {
  test('the robot arm has the layout of the paper', () => {
    const imported = importReleasedWeights(join(released, 'robot_arm.json'));
    if (imported.kind !== 'motor') throw new Error(imported.kind);
    const { config, tensors } = imported.weights;
    expect(config.lsg.neurons).toBe(800);
    expect(tensors.lsgInput).toHaveLength(53 * 800);
    expect(tensors.traineeReadout).toHaveLength(500);
    // readout init N(0, 1)/sqrt(250) * (1 - e^(-1/20)) bounds the scale that training left
    const rms = Math.hypot(...tensors.traineeReadout) / Math.sqrt(500);
    expect(rms).toBeGreaterThan(0.0005);
    expect(rms).toBeLessThan(0.1);
  });

  test('the character network has four convolutions and a readout', () => {
    const imported = importReleasedWeights(join(released, 'omniglot_cnn.json'));
    if (imported.kind !== 'fewshot') throw new Error(imported.kind);
    expect(imported.weights.convolutions.map((c) => c.length)).toEqual([504, 28224, 28224, 28224]);
    expect(imported.weights.readout).toHaveLength(56 * 5);
  });
});
