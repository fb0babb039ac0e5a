import type { Diagnosis } from '../../ros/index.js';

/** Name that the node of the velocity guard has, in whatever namespace. */
const guardName = 'velocity_guard';
/** Looks that must agree before it is said: discovery tells the topics first and the names of their nodes later. */
const looks = 3;

/**
 * Whether a velocity guard hears the learner: a controller from ros2_control performs the last velocities that it got for ever,
 * also where their sender is gone.
 */
export class GuardWatch {
  private alone = 0;

  /** @param warn told once each time that velocities go to a controller by themselves. */
  constructor(private readonly warn: (text: string) => void) {}

  /** One look, every second or so. @param subscribers names of the nodes that hear the velocities; null: none are to be sent. */
  look(subscribers: readonly string[] | null): Diagnosis {
    if (!subscribers) return this.found('no velocities are streamed');
    if (subscribers.includes(guardName)) return this.found('velocities pass a velocity guard');
    if (subscribers.length === 0) return this.found('nobody hears the velocities');
    const text =
      'output: velocity without a velocity_guard: a controller that performs the last velocities for ever goes on where this process ends; start node velocity_guard between them (docs/ros.md)';
    this.alone++;
    if (this.alone === looks) this.warn(text);
    return { level: 'warn', message: text };
  }

  private found(message: string): Diagnosis {
    this.alone = 0;
    return { level: 'ok', message };
  }
}
