/** The record of a lesson against what the learner itself answers. */
import { join } from 'node:path';
import { readMotorWeights } from '../../src/files/motor_weights.js';
import { Random } from '../../src/kernels/random.js';
import { activityRecord, quantised } from '../../src/snn/activity.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';
import { drawClean, drawMany } from '../../src/training/motor/families.js';

const { weights } = readMotorWeights(join(__dirname, '../../models/motor-default/manifest.json'));
const { steps, joints, trainee, clockLines } = weights.config;
const [target] = drawMany(1, steps, (trial, k) => drawClean(new Random(3, k), trial));

/** What was written, within half a quantum of what the synapses show. */
function tells(learner: MotorLearner, before: Float32Array): void {
  const { rows, columns, values, scale } = activityRecord(learner).weightChange;
  const after = learner.synapses.read();
  expect([rows, columns]).toEqual([clockLines + trainee.neurons, trainee.neurons + joints]);
  const change = after.map((w, k) => w - before[k]);
  const largest = change.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  expect(127 * scale).toBeCloseTo(largest, 6);
  expect(largest).toBeGreaterThan(0);
  // sums of float32 weights of about 1 are exact to 1e-7
  const off = change.reduce((most, x, k) => Math.max(most, Math.abs(x - values[k] * scale)), 0);
  expect(off).toBeLessThanOrEqual(scale / 2 + 5e-7);
}

test('its matrix is synapses after minus before: of an update, of an update refined, of synapses restored', () => {
  const learner = new MotorLearner(weights);
  const before = learner.synapses.read().slice();
  learner.expose(target);
  learner.update();
  tells(learner, before);
  learner.refine(target, 3);
  tells(learner, before);
  const taught = learner.synapses.read().slice();
  learner.forget();
  expect(activityRecord(learner).weightChange).toMatchObject({ scale: 0 });
  learner.restore(taught);
  tells(learner, before);
});

test('its velocities are those shown, those of expose() and those of recall(); restored synapses saw no exposure', () => {
  const learner = new MotorLearner(weights);
  const exposed = learner.expose(target).slice();
  learner.update();
  const recalled = learner.recall().slice();
  const taught = learner.synapses.read().slice();
  const record = activityRecord(learner);
  expect(record.velocities).toEqual({ target: target.velocities, before: exposed, after: recalled });
  expect(record.learningSignalNorms).toHaveLength(steps);
  expect(record.exposure.steps.length).toBeGreaterThan(100);

  learner.restore(taught);
  learner.recall();
  const restored = activityRecord(learner);
  expect(restored.recall).toEqual(record.recall);
  expect(restored.velocities.after).toEqual(recalled);
  for (const { length } of [
    restored.lsg.steps,
    restored.exposure.steps,
    restored.learningSignalNorms,
    restored.velocities.target,
    restored.velocities.before,
  ])
    expect(length).toBe(0);
});

test('a matrix of zeros, and one with its largest below zero, are quantised', () => {
  expect(quantised(new Float32Array(4), 2, 2)).toEqual({
    rows: 2,
    columns: 2,
    values: new Int8Array(4),
    scale: 0,
  });
  const { values, scale } = quantised(Float32Array.of(-2.54, 1.27, 0.0101, 0.0099), 1, 4);
  expect([...values]).toEqual([-127, 64, 1, 0]);
  expect(scale).toBe(Math.fround(0.02));
});
