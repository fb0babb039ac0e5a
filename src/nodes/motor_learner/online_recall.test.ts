import { join } from 'node:path';
import { Gate } from '../../arm/gate/gate.js';
import { profileNamed } from '../../arm/kinematics/profiles.js';
import { readLimits, readRobotModel } from '../../files/arm_files.js';
import { weightsPath } from '../../files/models.js';
import { readMotorWeights } from '../../files/motor_weights.js';
import { packageRoot } from '../../files/ros_environment.js';
import { readTargetFile } from '../../files/target_file.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import { once } from '../../../test/motor/teachings.js';
import { LessonBook } from './lesson_book.js';
import { LessonRoom } from './lesson_room.js';
import { onlineRecall } from './online_recall.js';
import { selectJoints } from './select_joints.js';

const profile = profileNamed('edscorbot_paper');
const { weights } = readMotorWeights(weightsPath(undefined, 'motor-default'));
/** No part of the arm is further from a joint's axis, m. */
const reachM = 0.8;

test.each(['reach', 'ramp', 'wave', 'loop_path'])(
  '%s: stepped online on an ideal arm it is where the finished trajectory is, at its end within 0.1 mm',
  async (name) => {
    const gate = new Gate(readRobotModel(), profile, readLimits());
    const room = new LessonRoom(new MotorLearner(weights), profile, gate, () => 0);
    const never = new AbortController().signal;
    const book = new LessonBook(
      { ask: ((request: never) => room.answer(request, never, () => undefined)) as never },
      { name: '', manifest: '', sha256: '' },
      weights.config,
      profile,
      gate,
    );
    const { target } = readTargetFile(join(packageRoot(), 'examples', `${name}.json`), profile);
    const { judgement } = await book.teach(target, {
      ...once,
      name,
      onStage: () => undefined,
      signal: never,
    });
    const motion = judgement.trajectory!;
    const performed = selectJoints(motion, profile.joints, () => 0);
    const source = onlineRecall(book, motion, performed, 0, 1)!;
    const n = profile.joints.length;
    const [position, velocity, wanted] = [0, 0, 0].map(() => new Float64Array(n));
    position.set(source.start!);
    const cycle = {
      nowS: 0,
      dtS: 0.005,
      commandPosition: position,
      commandVelocity: velocity,
      measured: position,
    };
    source.begin(0, position);
    let worst = 0;
    const away = (): number => Math.max(...position.map((p, j) => Math.abs(p - wanted[j])));
    for (let running = true; running; cycle.nowS += 0.005) {
      running = source.sample(cycle, position, velocity);
      performed.sample(Math.min(cycle.nowS, performed.durationS), wanted, new Float64Array(n));
      worst = Math.max(worst, away());
      expect(cycle.nowS).toBeLessThan(performed.durationS + 0.1);
    }
    expect(worst * reachM).toBeLessThan(0.005);
    expect(away() * reachM).toBeLessThan(0.0001);
  },
);
