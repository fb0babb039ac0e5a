/** Arrays of a goal that are longer than allowed are told and not read: they would hold their node up. */
import type { MessageClass } from './carried_by_cdr.js';

/** An array in a goal, and the most elements that it may have. */
export interface GoalLimit {
  /** As in "trajectory.points". */
  field: string;
  max: number;
}

interface RefArray {
  size: number;
}

/**
 * Guards the goals of an action. The returned function tells what is wrong with the goal taken last; empty where nothing is.
 * @param request rclnodejs's class of the action's send_goal request, carried by CDR: what is not read is freed with the rest.
 */
export function guardGoals(request: MessageClass, limits: readonly GoalLimit[]): () => string {
  const { prototype } = request as unknown as { prototype: { deserialize(reference: object): void } };
  const { deserialize } = prototype;
  let fault = '';
  prototype.deserialize = function (reference) {
    fault = '';
    for (const { field, max } of limits) {
      const array = `goal.${field}`
        .split('.')
        .reduce<object>((at, key) => (at as Record<string, object>)[key], reference) as RefArray;
      const received = Number(array.size);
      if (received <= max) continue;
      fault = `${field.split('.').pop()}: expected at most ${max} points, got ${received}`;
      array.size = 0;
    }
    deserialize.call(this, reference);
  };
  return () => fault;
}
