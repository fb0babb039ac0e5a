import type { ActivityView, LessonView } from '../../../sim/viewer/protocol.js';

const STEPS = 249;
const NEURONS = 250;

/** A lesson as large as one is, for pages that are measured. @param joints of the shown arm. */
export function shownLesson(joints: readonly string[]): LessonView {
  const steps = Array.from({ length: STEPS }, (_, k) => k);
  const path = steps.map((k): [number, number, number] => [
    0.6 * Math.cos(k / STEPS),
    0.6 * Math.sin(k / STEPS),
    0.4,
  ]);
  const timesS = steps.map((k) => 0.01 * (k + 1));
  const score = { tcpErrorMeanM: 0.01, tcpErrorMaxM: 0.02 };
  return {
    name: 'bench',
    backend: 'software',
    weights: 'motor-default',
    profile: 'edscorbot_paper',
    updates: 1,
    before: score,
    after: score,
    executed: null,
    executedDelayS: 0,
    asPredicted: false,
    gateAccepted: true,
    reasons: [],
    timeScaling: 1,
    devicesWritten: 0,
    devicesTotal: 0,
    pulses: 0,
    energyJ: 0,
    lessonMs: 3,
    frame: 'base',
    targetPath: path,
    learnedPath: path,
    pathTimesS: timesS,
    joints: [...joints],
    learnedTimesS: timesS,
    learnedAngles: steps.map((k) => joints.map((_, j) => 0.3 * Math.sin(k / STEPS + j))),
    learnedVelocities: steps.map((k) => joints.map((_, j) => 0.3 * Math.cos(k / STEPS + j))),
  };
}

/** What happened in its networks, with more spikes than a lesson usually has. */
export function shownActivity(): ActivityView {
  const list = (n: number, most: number): number[] => Array.from({ length: n }, (_, k) => (k * 7919) % most);
  return {
    steps: STEPS,
    stepS: 0.01,
    traineeNeurons: NEURONS,
    lsgNeurons: 256,
    clockLines: 5,
    readouts: 2,
    motionShare: 1,
    lsgSteps: list(1000, STEPS),
    lsgIds: list(1000, 256),
    exposureSteps: list(2000, STEPS),
    exposureIds: list(2000, NEURONS),
    recallSteps: list(2000, STEPS),
    recallIds: list(2000, NEURONS),
    learningSignal: list(STEPS, 100),
    weightChange: Buffer.alloc((5 + NEURONS) * (NEURONS + 2), 1).toString('base64'),
    weightChangeScale: 1e-3,
    targetVelocities: list(2 * STEPS, 3),
    velocitiesBefore: list(2 * STEPS, 3),
    velocitiesAfter: list(2 * STEPS, 3),
  };
}
