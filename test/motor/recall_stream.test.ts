import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readMotorWeights } from '../../src/files/motor_weights.js';
import { Random } from '../../src/kernels/random.js';
import { pcmSynapses } from '../../src/pcm/pcm_synapses.js';
import { softwareSynapses } from '../../src/synapses/software_synapses.js';
import type { SynapsesFactory } from '../../src/synapses/synapses.js';
import { drawClean, drawMany } from '../../src/training/motor/families.js';
import { MotorLearner } from '../../src/snn/motor_learner.js';
import type { RecallStream } from '../../src/snn/recall_stream.js';

const weights = readMotorWeights(join(__dirname, '../../models/motor-default/manifest.json')).weights;
const [target, other] = drawMany(2, weights.config.steps, (trial, k) => drawClean(new Random(3, k), trial));

function taught(factory: SynapsesFactory): MotorLearner {
  const learner = new MotorLearner(weights, factory, 7);
  learner.expose(target);
  learner.update();
  return learner;
}

function rest(stream: RecallStream): Float32Array {
  const out = new Float32Array(stream.steps * stream.joints);
  const row = new Float32Array(stream.joints);
  for (let t = stream.done; stream.next(row); t++) out.set(row, t * stream.joints);
  return out;
}

describe('a recall step by step', () => {
  const { steps, joints } = weights.config;
  it.each<[string, () => SynapsesFactory]>([
    ['software', () => softwareSynapses],
    ['pcm chip (read noise, converters)', () => pcmSynapses('chip', { seed: 5 })],
    ['pcm-like', () => pcmSynapses('pcm-like', { seed: 5 })],
  ])('is the whole-trial one, bit for bit, and costs the same: %s', (_name, factory) => {
    const [whole, stepped] = [taught(factory()), taught(factory())];
    for (let k = 0; k < 3; k++) expect(rest(stepped.recallStream())).toEqual(whole.recall().slice());
    const { energyJ, ...counts } = stepped.ledger;
    expect(counts).toMatchObject({ mvms: whole.ledger.mvms, pulses: whole.ledger.pulses });
    expect(energyJ.read).toBeCloseTo(whole.ledger.energyJ.read, 15); // the sum of many small ones
  });

  it('goes on where it was held, whatever the learner learned meanwhile', () => {
    const learner = taught(softwareSynapses);
    const whole = learner.recall().slice();
    const stream = learner.recallStream();
    const row = new Float64Array(joints);
    for (let t = 0; t < 100; t++) {
      expect(stream.next(row)).toBe(true);
      expect([...row]).toEqual([...whole.subarray(t * joints, (t + 1) * joints)]);
    }
    learner.forget();
    learner.expose(other);
    learner.recall();
    expect(rest(stream).subarray(100 * joints)).toEqual(whole.subarray(100 * joints));
    expect(stream.next(row)).toBe(false);
    expect(stream.done).toBe(steps);
  });

  it('allocates nothing', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const learner = taught(softwareSynapses);
    const row = new Float64Array(joints);
    const run = (streams: RecallStream[]): void => {
      for (const stream of streams) while (stream.next(row));
    };
    let least = Infinity;
    // the first rounds run before the compiler is through with it
    for (let round = 0; round < 60 && least >= 8 * steps; round++) {
      const streams = Array.from({ length: 8 }, () => learner.recallStream());
      collect();
      const before = process.memoryUsage().heapUsed;
      run(streams);
      least = Math.min(least, process.memoryUsage().heapUsed - before);
    }
    expect(least).toBeLessThan(8 * steps); // less than a byte a step
  });
});
