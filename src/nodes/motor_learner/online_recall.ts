import type { Trajectory } from '../../arm/trajectory/trajectory.js';
import { channelsFor } from '../../lesson/channels.js';
import { type MotionSource, RecallSource, SmoothedRecall, type StepwiseRecall } from '../../motion/index.js';
import { RecallStream } from '../../snn/recall_stream.js';
import type { LessonBook } from './lesson_book.js';

/**
 * The current lesson's recall, stepped while the arm performs it, on the time law that the gate gave it. Null where the motion is
 * not that recall (a refused one is replaced by its target), or is one of several lessons. @param noiseSeed of the read noise.
 * @param motion as judged. @param performed the same for the commanded joints.
 * @param stopRad lag at which the recall's clock stands, rad; 0: it waits for nobody.
 */
export function onlineRecall(
  book: LessonBook,
  motion: Trajectory,
  performed: Trajectory,
  stopRad: number,
  noiseSeed: number,
): MotionSource | null {
  const lesson = book.current;
  if (!lesson || lesson.judgement.trajectory !== motion || lesson.lessons > 1) return null;
  const { profile, config } = book;
  const { learned, urdfSign } = profile;
  const { steps, stepS } = lesson.target;
  const { weights, analog } = lesson.synapses;
  const stream = new RecallStream(
    config,
    // products are counted where the synapses are
    { read: () => weights, analog: () => analog, countProducts: () => {} },
    noiseSeed,
  );
  const { scale } = channelsFor(config, lesson.target, lesson.target.startAngles);
  const smooth = new SmoothedRecall(stream, config.joints, steps);
  const own = new Float64Array(config.joints);
  const columns = profile.joints.slice(0, learned).map((name) => performed.joints.indexOf(name));
  const recall: StepwiseRecall = {
    next(row) {
      if (!smooth.next(own)) return false;
      for (let j = 0; j < learned; j++) if (columns[j] >= 0) row[columns[j]] = (urdfSign[j] * own[j]) / scale;
      return true;
    },
  };
  return new RecallSource({
    recall,
    start: performed.positions.slice(0, performed.joints.length),
    stepS,
    timesS: lesson.judgement.stepTimesS,
    phaseStop: stopRad > 0 ? { slowRad: stopRad / 4, stopRad, longestS: 5 } : null,
    name: lesson.name || 'recall',
  });
}
