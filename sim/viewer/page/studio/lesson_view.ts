import { describeReason } from '../../../../src/arm/gate/reasons.js';
import type { Executed } from '../../../../src/arm/preview/executed.js';
import type { ActivityRecord } from '../../../../src/snn/activity.js';
import type { ActivityView, LessonView } from '../../protocol.js';
import { toBase64 } from '../base64.js';
import type { StudioLesson } from './studio_learner.js';

/** A lesson of the studio as the page shows it. */
export function lessonView(
  lesson: StudioLesson,
  about: { backend: string; weights: string; profile: string },
  executed: (Executed & { shortcoming: string }) | null,
): LessonView {
  const { result, judgement, sequence } = lesson;
  const { whole } = sequence;
  const { trajectory, accepted } = judgement;
  const n = trajectory?.joints.length ?? 0;
  const rows = (values: Float64Array | undefined): number[][] =>
    Array.from(trajectory?.timesS ?? [], (_, k) => Array.from(values!.subarray(k * n, (k + 1) * n)));
  const points = (values: ArrayLike<number>): [number, number, number][] =>
    Array.from({ length: whole.steps }, (_, k) => [values[3 * k], values[3 * k + 1], values[3 * k + 2]]);
  const times =
    judgement.stepTimesS.length === whole.steps
      ? Array.from(judgement.stepTimesS)
      : Array.from({ length: whole.steps }, (_, k) => (whole.durationS * (k + 1)) / whole.steps);
  return {
    name: lesson.name,
    ...about,
    updates: lesson.updates,
    before: result.before,
    after: result.after,
    executed,
    executedDelayS: executed?.delayS ?? 0,
    asPredicted: executed !== null && executed.shortcoming === '',
    gateAccepted: accepted,
    reasons: [
      ...judgement.reasons.map(describeReason),
      ...(executed?.shortcoming ? [`not performed as predicted: ${executed.shortcoming}`] : []),
    ],
    timeScaling: judgement.timeScale,
    devicesWritten: result.spent.devicesWritten,
    devicesTotal: about.backend === 'pcm' ? result.spent.devicesTotal : 0,
    pulses: result.spent.pulses,
    energyJ: result.spent.energyJ.program + result.spent.energyJ.read,
    lessonMs: result.timeMs.total,
    frame: '',
    targetPath: points(whole.positions),
    learnedPath: points(result.after.positions),
    pathTimesS: times,
    joints: [...(trajectory?.joints ?? [])],
    learnedTimesS: Array.from(trajectory?.timesS ?? []),
    learnedAngles: rows(trajectory?.positions),
    learnedVelocities: rows(trajectory?.velocities),
  };
}

/** What happened in the networks, as the page shows it. @param motionShare of the motion, its last. */
export function activityView(a: ActivityRecord, motionShare: number): ActivityView {
  return {
    steps: a.steps,
    stepS: a.stepS,
    traineeNeurons: a.traineeNeurons,
    lsgNeurons: a.lsgNeurons,
    clockLines: a.clockLines,
    readouts: a.readouts,
    motionShare,
    lsgSteps: Array.from(a.lsg.steps),
    lsgIds: Array.from(a.lsg.neurons),
    exposureSteps: Array.from(a.exposure.steps),
    exposureIds: Array.from(a.exposure.neurons),
    recallSteps: Array.from(a.recall.steps),
    recallIds: Array.from(a.recall.neurons),
    learningSignal: Array.from(a.learningSignalNorms),
    weightChange: toBase64(a.weightChange.values),
    weightChangeScale: a.weightChange.scale,
    targetVelocities: Array.from(a.velocities.target),
    velocitiesBefore: Array.from(a.velocities.before),
    velocitiesAfter: Array.from(a.velocities.after),
  };
}
