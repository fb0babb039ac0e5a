import { expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { importReleasedWeights } from '../src/files/import_weights.js';
import { Random } from '../src/kernels/random.js';
import { pcmSynapses } from '../src/pcm/pcm_synapses.js';
import { MotorLearner } from '../src/snn/motor_learner.js';
import { softwareSynapses } from '../src/synapses/software_synapses.js';
import { drawClean } from '../src/training/motor/families.js';
import { emptyTrial, tcpErrorMeanM } from '../src/training/motor/trial.js';

const released = '../shared/data/authors_weights/robot_arm.json';

function lesson(factory: Parameters<typeof pcmSynapses>[0] | typeof softwareSynapses) {
  const imported = importReleasedWeights(released);
  if (imported.kind !== 'motor') throw new Error('expected the robot arm');
  const synapses = typeof factory === 'string' ? pcmSynapses(factory, { seed: 1 }) : factory;
  const learner = new MotorLearner(imported.weights, synapses, 1);
  const target = emptyTrial(imported.weights.config.steps);
  drawClean(new Random(3), target);
  const exposure = learner.expose(target).slice();
  learner.update();
  learner.synapses.advance(32);
  return { exposure, recall: learner.recall().slice(), target, learner };
}

const there = existsSync(released);
if (!there) console.log(`skipped: ${released} is not there`);
const check = there ? test : test.skip;

check('the motor system on ideal memory equals the software one bit for bit', () => {
  const software = lesson(softwareSynapses);
  const ideal = lesson('ideal');
  expect(ideal.exposure).toEqual(software.exposure);
  expect(ideal.recall).toEqual(software.recall);
});

check('the chip learns in one shot, on one core', () => {
  const { target, recall, learner } = lesson('chip');
  expect(tcpErrorMeanM(target, recall)).toBeLessThan(0.12);
  expect(learner.ledger.devicesTotal).toBe(255 * 252 * 4);
  expect(learner.ledger.devicesTotal).toBeLessThanOrEqual(4 * 256 * 256);
  expect(learner.ledger.devicesWritten).toBeGreaterThan(0);
  expect(learner.ledger.devicesWritten).toBeLessThan(0.25 * learner.ledger.devicesTotal);
});
