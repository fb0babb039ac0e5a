import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { degreesOfCount, ED_SCORBOT_JOINTS } from '../../src/edscorbot/calibration.js';
import { DEFAULT_FIRMWARE, Firmware } from '../../src/edscorbot/firmware.js';
import { decodeCounters, encodeCommand, Signal } from '../../src/edscorbot/protocol.js';
import { rmseDegrees } from '../../src/edscorbot/recording.js';
import { HELD_OUT, readRecordings, type NamedRecording } from '../../src/edscorbot/recording_set.js';
import { Random } from '../../src/kernels/random.js';

const folder = join(__dirname, '../../../shared/data/edscorbot/step_response');
const missing = !existsSync(folder);
if (missing) console.warn(`emulated arm against recordings skipped: ${folder} is not there`);

const client = { id: 'test' };

/** What the emulated arm's encoder reports say at a recording's sample times when it gets its references. */
function perform({ joint, recording }: NamedRecording, seed: number): number[] {
  const arm = new Firmware({ ...DEFAULT_FIRMWARE, homingS: 0.1, restDegrees: 0 }, new Random(seed), -1);
  arm.receive(arm.topics.commands, encodeCommand({ signal: Signal.CONNECT, client }));
  arm.advance(0);
  let reported = ED_SCORBOT_JOINTS.map(() => 32768);
  const events = [
    ...recording.referenceTimeS.map((t, i) => ({ t, reference: recording.references[i] })),
    ...recording.sampleTimeS.map((t) => ({ t, reference: undefined })),
  ].sort((a, b) => a.t - b.t);
  const measured: number[] = [];
  for (const { t, reference } of events) {
    for (const { topic, payload } of arm.advance(t))
      if (topic === arm.topics.counters) reported = decodeCounters(payload)!;
    if (reference === undefined) measured.push(degreesOfCount(ED_SCORBOT_JOINTS[joint], reported[joint]));
    else {
      const coordinates = ED_SCORBOT_JOINTS.map((_, j) => (j === joint ? reference : 0));
      arm.receive(
        arm.topics.commands,
        encodeCommand({ signal: Signal.MOVE_TO_POINT, client, point: { coordinates } }),
      );
    }
  }
  expect(arm.violations).toEqual([]);
  return measured;
}

(missing ? describe.skip : describe)('the emulated arm', () => {
  const heldOut = missing ? [] : readRecordings(folder).filter((r) => r.heldOut);

  test('is judged on recordings of every joint that no fit saw', () => {
    expect(heldOut).toHaveLength(4 * HELD_OUT.length);
  });

  test.each(heldOut.map((r) => [r.joint + 1, r.name, r] as const))(
    'joint %i follows %s within 2 degrees RMSE, whatever the phase of its reports',
    (_joint, _name, recording) => {
      for (const seed of [1, 2, 3])
        expect(rmseDegrees(recording.recording, perform(recording, seed))).toBeLessThan(2);
    },
  );
});
