import { carryByCdr } from './carried_by_cdr.js';
import { loadRcl, type PlainMessage, type RclClientGoal, type RclNode } from './rcl.js';

/** How a goal sent to a server ended. */
export interface GoalOutcome<R> {
  end: 'succeeded' | 'aborted' | 'canceled' | 'rejected';
  result: R | null;
}

/** A goal under way. */
export interface SentGoal<R> {
  readonly outcome: Promise<GoalOutcome<R>>;
  /** Asks the server to cancel; at once where it was accepted, else as soon as it is. */
  cancel(): void;
}

/** A client of one action. */
export class ActionClient<G extends PlainMessage, R extends PlainMessage, F extends PlainMessage> {
  private readonly client;
  private readonly canceling;

  constructor(node: { readonly rcl: RclNode }, type: string, name: string) {
    carryByCdr(type);
    this.client = new (loadRcl().ActionClient)(node.rcl, type, name);
    this.canceling = node.rcl.createClient('action_msgs/srv/CancelGoal', `${name}/_action/cancel_goal`);
  }

  /** Asks the server to cancel every goal, whoever sent it. */
  cancelAll(): void {
    // no goal and no time named: all of them
    this.canceling.sendRequest({}, () => undefined);
  }

  /** A server was discovered. */
  get available(): boolean {
    return this.client.isActionServerAvailable();
  }

  /** Sends a goal. */
  send(goal: G, onFeedback?: (feedback: F) => void): SentGoal<R> {
    let handle: RclClientGoal | undefined;
    let canceled = false;
    const cancel = (): void => {
      canceled = true;
      handle?.cancelGoal().catch(() => undefined);
    };
    const outcome = (async (): Promise<GoalOutcome<R>> => {
      handle = await this.client.sendGoal(goal, (f) => onFeedback?.(f as F));
      if (!handle.isAccepted()) return { end: 'rejected', result: null };
      if (canceled) handle.cancelGoal().catch(() => undefined);
      const result = (await handle.getResult()) as R;
      return {
        end: handle.isSucceeded() ? 'succeeded' : handle.isCanceled() ? 'canceled' : 'aborted',
        result,
      };
    })();
    return { outcome, cancel };
  }
}
