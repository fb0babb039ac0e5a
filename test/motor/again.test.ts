import { pcmSynapses, type PcmSynapses } from '../../src/pcm/pcm_synapses';
import { weightsPath } from '../../src/files/models';
import { readMotorWeights } from '../../src/files/motor_weights';
import { Random } from '../../src/kernels/random';
import { MotorLearner } from '../../src/snn/motor_learner';
import { drawMotion } from '../../src/training/motor/families';
import { emptyTrial, tcpErrorMeanM } from '../../src/training/motor/trial';

const { weights } = readMotorWeights(weightsPath(undefined, 'motor-default'));
const { steps, trainee, joints } = weights.config;
const random = new Random(17);
const [first, second] = (['brownian', 'reach'] as const).map((kind) => {
  const trial = emptyTrial(steps);
  drawMotion(kind, random, trial);
  return trial;
});

function lesson(learner: MotorLearner, target = first): void {
  learner.expose(target);
  learner.update();
}

describe('teaching again', () => {
  it('the same lesson twice is the same lesson; another one ends as on fresh weights', () => {
    const [once, again] = [new MotorLearner(weights), new MotorLearner(weights)];
    lesson(once);
    lesson(again);
    again.refine(first, 2);
    lesson(again);
    expect(again.recall()).toEqual(once.recall());
    lesson(again, second);
    once.forget();
    lesson(once, second);
    expect(again.recall()).toEqual(once.recall());
  });

  it('on emulated memory: four lessons without forget do not add up', () => {
    const learner = new MotorLearner(weights, pcmSynapses('chip', { seed: 2 }), 2);
    const errors = Array.from({ length: 2 }, () => {
      lesson(learner, second);
      lesson(learner, first);
      return tcpErrorMeanM(first, learner.recall());
    });
    for (const error of errors) expect(error).toBeLessThan(0.1); // before a lesson 0.4 m; two updates on top of each other 0.38
  });
});

describe('refinement on emulated memory', () => {
  const learner = new MotorLearner(weights, pcmSynapses('chip', { seed: 4 }), 4);
  const chip = learner.synapses as PcmSynapses;
  const recalled = (): number => {
    let sum = 0;
    for (let k = 0; k < 8; k++) {
      chip.advance(32);
      sum += tcpErrorMeanM(first, learner.recall()) / 8;
    }
    return sum;
  };
  lesson(learner);
  const before = {
    error: recalled(),
    targets: chip.inspect()[0].target,
    ledger: structuredClone(chip.ledger),
  };
  learner.refine(first, 6);

  it('brings recalls to come nearer to the target', () => {
    expect(recalled()).toBeLessThan(0.75 * before.error);
  });

  it('writes whole readout columns, a few times, and nothing else', () => {
    const columns = trainee.neurons + joints;
    const { target } = chip.inspect()[0];
    for (let k = 0; k < target.length; k++)
      if (k % columns < trainee.neurons) expect(target[k]).toBe(before.targets[k]);
    const written = chip.ledger.devicesWritten - before.ledger.devicesWritten;
    const once = 4 * chip.rows * joints;
    expect(written % once).toBe(0);
    expect(written / once).toBeGreaterThan(0);
    expect(written / once).toBeLessThanOrEqual(8);
  });
});
