/**
 * rclnodejs makes JavaScript objects of every element of a message before anybody can look at it: a goal of a million points
 * would hold its node up for minutes. Here arrays longer than allowed are taken out before that, told, and freed bit by bit.
 */
import { loadRcl } from './rcl.js';

/** An array in a goal, and the most elements that it may have. */
export interface GoalLimit {
  /** As in "trajectory.points". */
  field: string;
  /** As in "trajectory_msgs/msg/JointTrajectoryPoint". */
  element: string;
  max: number;
}

interface RefArray {
  size: number;
  data: { length: number; [index: number]: object };
}
interface RequestType {
  prototype: { deserialize(this: object, refObject: { goal: object }): void };
}
interface ElementType {
  freeStruct(refObject: object): void;
}

/** Elements freed at a time. */
const chunk = 1000;

/**
 * Guards the goals of an action. The returned function tells what is wrong with the goal taken last; empty where nothing is.
 * @param request rclnodejs's class of the action's send_goal request.
 */
export function guardGoals(request: unknown, limits: readonly GoalLimit[]): () => string {
  const { prototype } = request as RequestType;
  const { deserialize } = prototype;
  let fault = '';
  prototype.deserialize = function (refObject) {
    fault = '';
    for (const { field, element, max } of limits) {
      const name = field.split('.').pop() as string;
      const array = field
        .split('.')
        .reduce<object>((at, key) => (at as Record<string, object>)[key], refObject.goal) as RefArray;
      const received = Number(array.size);
      if (received <= max) continue;
      fault = `${name}: expected at most ${max} points, got ${received}`;
      array.size = 0;
      setImmediate(freeElements, array.data, received, loadRcl().require(element) as ElementType);
    }
    deserialize.call(this, refObject);
  };
  return () => fault;
}

/** Frees the elements, from the last on, a chunk each turn of the event loop (their array of fixed-size records stays). */
function freeElements(data: RefArray['data'], left: number, type: ElementType): void {
  data.length = left;
  const until = Math.max(0, left - chunk);
  for (let k = left - 1; k >= until; k--) type.freeStruct(data[k]);
  if (until > 0) setImmediate(freeElements, data, until, type);
}
