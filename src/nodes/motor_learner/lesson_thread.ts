import { Worker } from 'node:worker_threads';
import type { Judgement } from '../../arm/gate/gate.js';
import { Trajectory } from '../../arm/trajectory/trajectory.js';
import { builtModule } from '../../files/ros_environment.js';
import { InputError } from '../../input_error.js';
import {
  type ComparedTexts,
  LessonCanceled,
  type LessonRequest,
  type OnStage,
  type Taught,
} from './lesson_types.js';
import type { MemoryAnswer } from './memory_view.js';
import type { FromWorker, LessonTask, ToWorker } from './lesson_worker.js';

/** A thread that was told to give up and does not answer is ended after this long, ms. */
const obeysWithinMs = 10_000;

interface Waiting {
  worker: Worker;
  resolve(value: unknown): void;
  reject(error: Error): void;
  onStage?: OnStage;
  canceled: string | null;
}

/** What each request is answered with. */
export interface LessonAnswers {
  prepare: null;
  teach: Taught;
  judge: Judgement;
  compare: ComparedTexts;
  memory: MemoryAnswer;
  restore: Taught;
  forget: null;
}

/**
 * Gives lessons in a thread of its own, so that nothing that a lesson computes holds its node up. Where the thread ends
 * unexpectedly what was asked fails, and the next request begins in a new one, with the meta-trained weights.
 */
export class LessonThread {
  private worker: Worker | undefined;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();

  /** @param start starts the thread. */
  constructor(
    private readonly start: () => Worker,
    private readonly patienceMs = obeysWithinMs,
  ) {}

  /** Begins to start the thread, so that the first lesson need not wait for it. */
  warmUp(): void {
    this.running();
  }

  /**
   * Asks for something. @param signal gives a lesson up. @throws InputError, LessonCanceled, Error: what the thread said, or that it ended.
   */
  ask<K extends LessonRequest['kind']>(
    request: Extract<LessonRequest, { kind: K }>,
    signal?: AbortSignal,
    onStage?: OnStage,
  ): Promise<LessonAnswers[K]> {
    if (signal?.aborted) return Promise.reject(new LessonCanceled(signal.reason));
    const worker = this.running();
    const id = this.nextId++;
    const answer = new Promise((resolve, reject) =>
      this.waiting.set(id, { worker, resolve, reject, onStage, canceled: null }),
    );
    const cancel = (): void => this.cancel(worker, id, String(signal?.reason));
    signal?.addEventListener('abort', cancel, { once: true });
    worker.postMessage({ id, request } satisfies ToWorker);
    return answer.finally(() => signal?.removeEventListener('abort', cancel)) as Promise<LessonAnswers[K]>;
  }

  /** Ends the thread; what it was asked fails. */
  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    if (worker) await worker.terminate();
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const worker = (this.worker = this.start());
    let why = '';
    worker.on('message', (message: FromWorker) => this.receive(message));
    worker.on('messageerror', (error) => (why = error.message));
    worker.on('error', (error) => (why = error.message));
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined;
      for (const [id, { worker: asked, reject, canceled }] of this.waiting) {
        if (asked !== worker) continue;
        this.waiting.delete(id);
        reject(
          canceled === null
            ? new Error(`the thread that gives lessons ended${why && `: ${why}`}`)
            : new LessonCanceled(canceled),
        );
      }
    });
    return worker;
  }

  private receive(message: FromWorker): void {
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    if ('stage' in message) {
      waiting.onStage?.(message.stage, message.before);
      return;
    }
    this.waiting.delete(message.id);
    if ('value' in message) waiting.resolve(revived(message.value));
    else if (message.canceled) waiting.reject(new LessonCanceled(waiting.canceled ?? 'canceled'));
    else if (message.fault) waiting.reject(new InputError(message.fault, message.source));
    else waiting.reject(new Error(message.error));
  }

  private cancel(worker: Worker, id: number, reason: string): void {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    waiting.canceled = reason;
    worker.postMessage({ id, cancel: reason } satisfies ToWorker);
    setTimeout(() => {
      if (this.waiting.get(id) === waiting) void worker.terminate();
    }, this.patienceMs).unref();
  }
}

/** The thread of an arm and weights. */
export function lessonThread(task: LessonTask): LessonThread {
  const file = builtModule('nodes/motor_learner/lesson_worker.js');
  return new LessonThread(() => new Worker(file, { workerData: task }));
}

/** Trajectories come without their methods. */
function revived(value: unknown): unknown {
  const judgement = (value as Taught | null)?.judgement ?? (value as Judgement | null);
  const motion = judgement?.trajectory;
  if (judgement && motion)
    judgement.trajectory = new Trajectory(
      motion.joints,
      motion.timesS,
      motion.positions,
      motion.velocities,
      motion.accelerations,
    );
  return value;
}
