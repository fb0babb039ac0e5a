import { ED_SCORBOT_JOINTS } from '../../edscorbot/calibration.js';
import { fitJointResponse } from '../../edscorbot/fit.js';
import { replay } from '../../edscorbot/joint_response.js';
import { rmseDegrees } from '../../edscorbot/recording.js';
import { HELD_OUT, readRecordings } from '../../edscorbot/recording_set.js';
import { reject } from '../../input_error.js';
import { table } from '../output.js';
import type { StudyOptions, StudyReport } from './study.js';

/**
 * How the ED-Scorbot's joints answer references: fits src/edscorbot/joint_responses.json ("responses" of the result)
 * to a folder of step recordings and judges it on those that the fit did not see.
 */
export async function run(options: StudyOptions): Promise<StudyReport> {
  if (!options.data)
    reject('missing', '--data', 'the folder of recordings joint_N_STEP_INTERVAL.csv', 'nothing');
  if (options.engine ?? options.store)
    reject(
      'no-jobs',
      options.engine ? '--engine' : '--store',
      'a study that is cut into jobs',
      'joint-response',
    );
  const recordings = readRecordings(options.data);
  const joints = [];
  for (let joint = 0; joint < ED_SCORBOT_JOINTS.length; joint++) {
    const own = recordings.filter((r) => r.joint === joint);
    const seen = own.filter((r) => !r.heldOut).map((r) => r.recording);
    if (seen.length === 0) reject('empty', options.data!, `recordings of joint ${joint + 1}`, 'none');
    const { response } = await fitJointResponse(seen);
    const errors = own.map(({ name, heldOut, recording }) => ({
      name,
      heldOut,
      rmseDegrees: rmseDegrees(recording, replay(response, recording)),
    }));
    joints.push({ joint: joint + 1, response, errors });
  }
  const rows = joints.flatMap(({ joint, errors }) =>
    errors.map((e) => [
      `joint ${joint} ${e.name}`,
      e.heldOut ? 'held out' : 'fitted',
      e.rmseDegrees.toFixed(2),
    ]),
  );
  return {
    result: { heldOut: HELD_OUT, responses: joints.map((j) => j.response), joints },
    text: table([['recording', 'set', 'RMSE (deg)'], ...rows]),
  };
}
