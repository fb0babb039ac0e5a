/**
 * Parts of rclnodejs that are not its public interface, all in one place: its public one gives only the overrides of `/**` and
 * of the bare node name, without their order. test/ros/rclnodejs_version.test.ts names the version that this was read against.
 */
import { join } from 'node:path';
import { packageRoot, type Rcl, type RclNode, type RclServiceResponse, type RclTransition } from './rcl.js';

/** The version of rclnodejs whose private parts are used. */
export const rclnodejsVersion = '2.2.0';

/** One entry of rcl's parsed overrides. */
export interface ParameterRule {
  /** Node name or pattern. */
  name: string;
  parameters: { name: string; type?: number; value?: unknown }[];
}

interface Native {
  getParameterOverrides(handle: object): ParameterRule[] | null | undefined;
  serialize(packageName: string, folder: string, type: string, message: Buffer): Buffer;
  deserialize(packageName: string, folder: string, type: string, bytes: Buffer, message: Buffer): void;
}

function native(): Native {
  return require(join(packageRoot('rclnodejs'), 'build', 'Release', 'rclnodejs.node')) as Native;
}

/** rcl's parsed parameter overrides of a node's context, in rcl's order. */
export function nativeParameterRules(node: RclNode): ParameterRule[] {
  return native().getParameterOverrides(node.context.handle) ?? [];
}

/** The middleware's own way between CDR and the C structure of a type; what was in the structure before is freed. */
export function nativeMessages(type: { pkgName: string; subFolder: string; interfaceName: string }): {
  serialize(message: Buffer): Buffer;
  deserialize(bytes: Buffer, message: Buffer): void;
} {
  const name = [type.pkgName, type.subFolder, type.interfaceName] as const;
  const { serialize, deserialize } = native();
  return {
    serialize: (message) => serialize(...name, message),
    deserialize: (bytes, message) => deserialize(...name, bytes, message),
  };
}

interface OverridesReader {
  _getNativeParameterOverrides(): Map<string, unknown>;
}

/**
 * Has rclnodejs read no overrides itself: it ends with a TypeError where any rule on the command line has an array of integers
 * or an empty one. What it would do with them, `Parameters` and `checkOverrides` do.
 */
export function leaveOverridesToUs(rcl: Pick<Rcl, 'Node' | 'lifecycle'>): void {
  for (const { prototype } of [rcl.Node, rcl.lifecycle.LifecycleNode] as unknown as {
    prototype: OverridesReader;
  }[])
    prototype._getNativeParameterOverrides = () => new Map();
}

/**
 * Has what a callback throws go the way of every other exception: thrown through rclnodejs's executor, which is C++, it ends the
 * process at once, without a stop hook. An answer to a goal does so where its client cannot be reached (yet: on a busy machine both
 * may be slow to find each other). What else was ready is taken the next time.
 */
export function throwOutside({ Node }: Pick<Rcl, 'Node'>): void {
  const prototype = Node.prototype as unknown as { execute(handles: unknown): void };
  const { execute } = prototype;
  prototype.execute = function (handles) {
    try {
      execute.call(this, handles);
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
    }
  };
}

interface TransitionServices {
  readonly availableTransitions: readonly RclTransition[];
  _onChangeState(request: { transition: { id: number; label: string } }, response: RclServiceResponse): void;
  _onGetAvailableTransitions(request: object, response: RclServiceResponse): void;
}

/**
 * Has lifecycle nodes answer as rclcpp's do: a transition that there is not is refused (rclnodejs throws, and its caller waits for
 * ever), and available transitions come with the states that they lead from and to (rclnodejs leaves these out).
 */
export function answerLifecycleCalls({ lifecycle }: Pick<Rcl, 'lifecycle'>): void {
  const prototype = lifecycle.LifecycleNode.prototype as unknown as TransitionServices;
  const change = prototype._onChangeState;
  prototype._onChangeState = function (request, response) {
    const { id, label } = request.transition;
    const found = this.availableTransitions.some(({ transition }) =>
      label ? transition.label === label : transition.id === id,
    );
    if (found) change.call(this, request, response);
    else response.send({ ...response.template, success: false });
  };
  prototype._onGetAvailableTransitions = function (_, response) {
    response.send({
      ...response.template,
      available_transitions: transitionMessages(this.availableTransitions),
    });
  };
}

/** lifecycle_msgs/msg/TransitionDescription. */
export function transitionMessages(transitions: readonly RclTransition[]): object[] {
  return transitions.map(({ transition, startState, goalState }) => ({
    transition: { id: transition.id, label: transition.label },
    start_state: { id: startState.id, label: startState.label },
    goal_state: { id: goalState.id, label: goalState.label },
  }));
}
