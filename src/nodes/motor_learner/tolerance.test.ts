import { join } from 'node:path';
import { Gate } from '../../arm/gate/gate.js';
import { edscorbotPaper as profile } from '../../arm/kinematics/edscorbot.js';
import type { JointTarget } from '../../arm/target/target.js';
import { readLimits, readRobotModel } from '../../files/arm_files.js';
import { packageRoot } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { synapsesFor } from '../../lesson/backend.js';
import { once } from '../../../test/motor/teachings.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { LessonRoom } from './lesson_room.js';
import type { Taught } from './lesson_types.js';

const { weights } = readMotorWeights(join(packageRoot(), 'models', 'motor-default', 'manifest.json'));

/** A large loop, shown by hand in 5 s, that stands still in its middle for pauseS. */
function loop(pauseS: number): JointTarget {
  const rows = Math.round(100 * (5 + pauseS)) + 1;
  const timesS = Float64Array.from({ length: rows }, (_, k) => 0.01 * k);
  const angles = new Float64Array(2 * rows);
  for (let k = 0; k < rows; k++) {
    const t = timesS[k] < 2.5 ? timesS[k] : Math.max(2.5, timesS[k] - pauseS);
    angles[2 * k] = (0.7 * 5 * (1 - Math.cos((2 * Math.PI * t) / 5))) / (2 * Math.PI);
    angles[2 * k + 1] = (0.5 * 5 * (1 - Math.cos((4 * Math.PI * t) / 5))) / (4 * Math.PI);
  }
  return { kind: 'joints', joints: profile.joints.slice(0, 2), timesS, angles };
}

async function taught(target: JointTarget, toleranceM: number): Promise<Taught> {
  const learner = new MotorLearner(weights, await synapsesFor('software', 1, 'chip'), 1);
  const room = new LessonRoom(learner, profile, new Gate(readRobotModel(), profile, readLimits()), () => 0);
  const request = { kind: 'teach', target, options: { ...once, toleranceM } } as const;
  return (await room.answer(request, new AbortController().signal, () => {})) as Taught;
}

test.each([0, 0.3, 0.6])(
  'a loop with a pause of %d s that one lesson does not hold is cut until it is within the tolerance',
  async (pauseS) => {
    const one = await taught(loop(pauseS), 0);
    expect(one.lessons).toBe(1);
    expect(one.after.tcpErrorMeanM).toBeGreaterThan(0.012);
    const cut = await taught(loop(pauseS), 0.012);
    expect(cut.lessons).toBeGreaterThan(1);
    expect(cut.after.tcpErrorMeanM).toBeLessThan(0.012);
    expect(cut.judgement.accepted).toBe(true);
  },
);

test('what one lesson holds stays one, and is the same lesson', async () => {
  const one = await taught(loop(0), 0);
  const within = await taught(loop(0), one.after.tcpErrorMeanM);
  expect(within.lessons).toBe(1);
  expect(within.after).toEqual(one.after);
  expect(within.synapses).toEqual(one.synapses);
});

test('where no cut comes within the tolerance the best is kept, and the synapses are its own', async () => {
  const best = await taught(loop(0), 1e-9);
  expect(best.lessons).toBeGreaterThan(1);
  expect(best.after.tcpErrorMeanM).toBeLessThan(0.012);
});
