/**
 * An action server as arms want it: goals are accepted and then checked (so that the client learns why not), a new goal
 * aborts the running one, cancel is granted. Goal and result are plain objects.
 */
import { carryByCdr, type MessageClass } from './carried_by_cdr.js';
import { type GoalLimit, guardGoals } from './oversized_goals.js';
import type { RosNode } from './node.js';
import type { ParameterTable } from './parameters.js';
import { loadRcl, type PlainMessage, type RclServerGoal } from './rcl.js';

/** How a goal ended. */
export type GoalEnd = 'succeeded' | 'aborted' | 'canceled';

/** A running goal. */
export class Goal<G extends PlainMessage, F extends PlainMessage> {
  /** Aborts when the goal shall end early: canceled by its client, preempted by another goal, or the node stops. */
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();

  constructor(
    readonly request: G,
    private readonly handle: RclServerGoal,
  ) {
    this.signal = this.controller.signal;
  }

  /** Why the signal aborted: "canceled", "preempted by a new goal", "node stops"; empty while it did not. */
  get reason(): string {
    return this.signal.aborted ? String(this.signal.reason) : '';
  }

  /** True where the client canceled. */
  get cancelRequested(): boolean {
    return this.reason === 'canceled';
  }

  /** Sends feedback; ignored once the goal is ending. */
  feedback(message: F): void {
    if (!this.signal.aborted && this.handle.isActive && !this.handle.isCancelRequested)
      this.handle.publishFeedback(message);
  }

  /** Ends the goal early: see signal. */
  interrupt(reason: string): void {
    if (!this.signal.aborted) this.controller.abort(reason);
  }
}

export interface ActionServerOptions<G extends PlainMessage, R extends PlainMessage, F extends PlainMessage> {
  /** As in "control_msgs/action/FollowJointTrajectory". */
  type: string;
  name: string;
  /** Non-empty: the goal is rejected (REJECT response; the reason is only logged). Prefer to accept and abort with a reason. */
  reject?: (goal: G) => string;
  /** Longest arrays of a goal; a goal with a longer one is aborted (result: failed), unread. */
  limits?: readonly GoalLimit[];
  /** Throws where a goal is not to be performed: it is aborted (result: failed) and does not interrupt the running one. */
  check?: (goal: G) => void | Promise<void>;
  /** Performs a goal; must end soon after goal.signal aborted. A throw aborts the goal with `failed(error)` as result. */
  execute: (goal: Goal<G, F>) => Promise<{ end: GoalEnd; result: R }>;
  /** Result of a goal whose execute threw. */
  failed: (error: Error) => R;
}

/** A running action server. */
export interface RunningActionServer {
  /** Ends the running goal early with this reason. */
  interrupt(reason: string): void;
  /** True while a goal runs. */
  readonly busy: boolean;
}

/** Creates the server on a node. A new goal interrupts the running one ("preempted by a new goal") and starts when that has ended. */
export function createActionServer<
  T extends ParameterTable,
  G extends PlainMessage,
  R extends PlainMessage,
  F extends PlainMessage,
>(node: RosNode<T>, options: ActionServerOptions<G, R, F>): RunningActionServer {
  const { ActionServer, GoalResponse, CancelResponse, require: load } = loadRcl();
  carryByCdr(options.type);
  const types = load(options.type) as {
    impl: { SendGoalService: { Request: MessageClass } };
  };
  const tooLong = guardGoals(types.impl.SendGoalService.Request, options.limits ?? []);
  const refused = new Map<RclServerGoal, string>();
  const goals = new Map<RclServerGoal, Goal<G, F>>();
  let last: Promise<unknown> = Promise.resolve();
  let checks: Promise<void> = Promise.resolve();
  let latest: Goal<G, F> | undefined;

  const finish = (handle: RclServerGoal, end: GoalEnd): void => {
    if (!handle.isActive) return;
    if (end === 'canceled' && !handle.isCancelRequested) end = 'aborted';
    if (end === 'succeeded') handle.succeed();
    else if (end === 'canceled') handle.canceled();
    else handle.abort();
  };

  const perform = async (handle: RclServerGoal, goal: Goal<G, F>): Promise<PlainMessage> => {
    let outcome: { end: GoalEnd; result: R };
    try {
      const fault = refused.get(handle);
      refused.delete(handle);
      if (fault) throw new Error(fault);
      outcome = await options.execute(goal);
    } catch (error) {
      node.log.error(`${options.name}: ${(error as Error).message}`);
      outcome = {
        end: goal.cancelRequested ? 'canceled' : 'aborted',
        result: options.failed(error as Error),
      };
    }
    goals.delete(handle);
    finish(handle, outcome.end);
    return outcome.result;
  };

  const server = new ActionServer(
    node.rcl,
    options.type,
    options.name,
    (handle) => {
      const goal = goals.get(handle) as Goal<G, F>;
      if (refused.has(handle)) return perform(handle, goal);
      const before = last;
      const mine = before.then(() => perform(handle, goal));
      last = mine.catch(() => undefined);
      return mine;
    },
    (goal) => {
      const reason = options.reject?.(goal as G) ?? '';
      if (reason) node.log.warn(`${options.name}: goal rejected: ${reason}`);
      return reason ? GoalResponse.REJECT : GoalResponse.ACCEPT;
    },
    (handle) => {
      const goal = new Goal<G, F>(handle.request.toPlainObject(true) as G, handle);
      const long = tooLong();
      goals.set(handle, goal);
      // one after another: the newest goal is the one that goes on
      checks = checks.then(async () => {
        const fault = long || (await faultOf(() => options.check?.(goal.request)));
        if (fault) refused.set(handle, fault);
        else {
          for (const [other, older] of goals) {
            if (other === handle) break;
            older.interrupt('preempted by a new goal');
          }
          latest = goal;
        }
        handle.execute();
      });
    },
    (handle) => {
      // the state becomes CANCELING after this answer: interrupt then
      setImmediate(() => goals.get(handle)?.interrupt('canceled'));
      return CancelResponse.ACCEPT;
    },
  );
  node.onStop(async () => {
    for (const goal of goals.values()) goal.interrupt('node stops');
    await Promise.race([last, new Promise((resolve) => setTimeout(resolve, 300))]);
    server.destroy();
  });
  return {
    interrupt: (reason) => latest?.interrupt(reason),
    get busy() {
      return goals.size > 0;
    },
  };
}

async function faultOf(check: () => void | Promise<void>): Promise<string> {
  try {
    await check();
    return '';
  } catch (error) {
    return (error as Error).message || 'the goal is not to be performed';
  }
}
