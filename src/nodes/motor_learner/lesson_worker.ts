/** The thread that lessons are given in: a LessonRoom behind messages. Its other end is LessonThread. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { otherSynapses } from '../../compare/performed.js';
import type { Fault } from '../../input_error.js';
import { InputError } from '../../input_error.js';
import { synapsesFor } from '../../lesson/backend.js';
import type { ParameterValues } from '../../ros/index.js';
import { MotorLearner } from '../../snn/motor_learner.js';
import type { MotorWeights } from '../../snn/motor_network.js';
import type { Scores } from '../../arm/preview/preview.js';
import { commandedArm } from '../arm_parameters.js';
import { type Beside, LessonRoom } from './lesson_room.js';
import { LessonCanceled, type LessonRequest, type LessonStage, type Taught } from './lesson_types.js';
import type { LearnerParameters } from './parameters.js';

/** What the thread is started with. */
export interface LessonTask {
  values: ParameterValues<LearnerParameters>;
  /** Robot description heard on the topic, where no arm is named. */
  description: string;
  weights: MotorWeights;
}

/** What it is asked. */
export type ToWorker = { id: number; request: LessonRequest } | { id: number; cancel: string };

/** What it answers: stages, then a value or what went wrong. */
export type FromWorker = { id: number } & (
  | { stage: LessonStage; before: Scores }
  | { value: unknown }
  | { error: string; canceled: boolean; fault?: Fault; source?: string }
);

async function room(): Promise<LessonRoom> {
  const { values, description, weights } = workerData as LessonTask;
  const { profile, gate } = commandedArm(values, description).arm;
  const { backend, seed, pcm_preset: preset } = values;
  const learner = new MotorLearner(weights, await synapsesFor(backend, seed, preset), seed);
  const beside = async (): Promise<Beside> => {
    const other = otherSynapses(backend, preset);
    const synapses = await synapsesFor(other.backend, seed, preset);
    return { method: other.method, learner: new MotorLearner(weights, synapses, seed) };
  };
  return new LessonRoom(learner, profile, gate, () => performance.now(), beside);
}

/**
 * A lesson's synapses in memory that both threads see. Copied, half a megabyte a lesson would be garbage of the thread that moves
 * the arm, and what collects it holds that thread up for longer than a period of its loops. Nobody writes to them.
 */
function shared<T>(value: T): T {
  const taught = value as Partial<Taught> | null;
  if (!taught?.synapses || !taught.kept) return value;
  const { synapses, kept, activity } = taught;
  return {
    ...value,
    synapses: { ...synapses, weights: inSharedMemory(synapses.weights) },
    kept: { ...kept, states: kept.states.map(inSharedMemory) },
    ...(activity && { activity: { ...activity, weight_change: inSharedMemory(activity.weight_change) } }),
  };
}

function inSharedMemory<T extends Float32Array | Int8Array>(values: T): T {
  const Typed = values.constructor as new (memory: SharedArrayBuffer) => T;
  const copy = new Typed(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

/** Serves what comes in. */
function serve(): void {
  const ready = room();
  const running = new Map<number, AbortController>();
  const tell = (message: FromWorker): void => parentPort?.postMessage(message);
  const answer = async (id: number, request: LessonRequest): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const there = await ready;
      const value = await there.answer(request, controller.signal, (stage, before) => {
        const { tcpErrorMeanM, tcpErrorMaxM, tcpErrorPercentOfPath } = before;
        const { orientationErrorMeanRad, velocityRmseRadPerS } = before;
        tell({
          id,
          stage,
          before: {
            tcpErrorMeanM,
            tcpErrorMaxM,
            tcpErrorPercentOfPath,
            orientationErrorMeanRad,
            velocityRmseRadPerS,
          },
        });
      });
      tell({ id, value: shared(value) });
    } catch (error) {
      tell({
        id,
        error: (error as Error).message,
        canceled: error instanceof LessonCanceled,
        ...(error instanceof InputError ? { fault: error.fault, source: error.source } : {}),
      });
    } finally {
      running.delete(id);
    }
  };
  parentPort?.on('message', (message: ToWorker) => {
    if ('cancel' in message) running.get(message.id)?.abort(message.cancel);
    else void answer(message.id, message.request);
  });
}

// on Linux a priority is that of one thread: where the processor is short, a lesson waits for what moves the arm
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

serve();
