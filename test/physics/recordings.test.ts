import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rmseDegrees } from '../../src/edscorbot/recording';
import { readRecordings } from '../../src/edscorbot/recording_set';
import { edscorbotServos } from '../../src/nodes/arm_simulator/edscorbot_servos';
import { REPORT_AGE_S } from '../../src/edscorbot/joint_response';
import { loadMujoco } from '../../sim/physics/mujoco';
import { PhysicsArm } from '../../sim/physics/physics_arm';

const root = join(__dirname, '..', '..');
const folder = join(root, '..', 'shared', 'data', 'edscorbot', 'step_response');
const withRecordings = existsSync(folder) ? test : test.skip;
const joints = ['base_joint', 'shoulder', 'elbow', 'pitch'];
const degree = Math.PI / 180;

withRecordings(
  'with the fitted servos each joint of the simulated ED-Scorbot answers as in the recordings no fit saw, within 2 degrees RMSE',
  async () => {
    const mujoco = await loadMujoco();
    const urdf = readFileSync(join(root, 'urdf', 'edscorbot.urdf'), 'utf8');
    const errors: Record<string, number> = {};
    for (const { joint, name, recording } of readRecordings(folder).filter((r) => r.heldOut)) {
      const start = joints.map((_, j) => (j === joint ? recording.measuredDegrees[0] * degree : 0));
      const { servos, frictionNm, others } = edscorbotServos(mujoco, urdf, joints, start);
      const arm = new PhysicsArm(mujoco, {
        urdf,
        joints,
        start,
        servos,
        others,
        frictionNm,
        contacts: false,
      });
      // the recorded arm was told to be at 0 before
      const command = joints.map(() => 0);
      arm.drive(command, [0, 0, 0, 0], 0);
      let sent = 0;
      const measured = recording.sampleTimeS.map((t) => {
        const until = t - REPORT_AGE_S;
        while (arm.timeS < until - 5e-4) {
          while (sent < recording.referenceTimeS.length && recording.referenceTimeS[sent] <= arm.timeS) {
            command[joint] = recording.referenceDegrees[sent++] * degree;
            arm.drive(command, [0, 0, 0, 0], 0);
          }
          arm.advance(0.001);
        }
        return arm.position[joint] / degree;
      });
      arm.delete();
      errors[`joint ${joint + 1} ${name}`] = rmseDegrees(recording, measured);
    }
    expect(Object.keys(errors).length).toBe(12);
    expect(Object.entries(errors).filter(([, e]) => !(e < 2))).toEqual([]);
  },
  120_000,
);
