import type { Singularity } from './slow_down.js';

/** Codes of moveit_msgs/ServoStatus, and the words that go with them. */
export const statusCodes = {
  invalid: -1,
  none: 0,
  approach: 1,
  halt: 2,
  leave: 3,
  collisionHalt: 5,
  bound: 6,
} as const;
export type StatusName = keyof typeof statusCodes;

export const statusTexts: Record<Exclude<StatusName, 'invalid'>, string> = {
  none: 'no warnings',
  approach: 'moving closer to a singularity, decelerating',
  halt: 'very close to a singularity, halting',
  leave: 'moving away from a singularity, decelerating',
  collisionHalt: 'leads into a collision or out of the workspace, halting',
  bound: 'close to a joint bound, halting',
};

/** What a singularity is called as a status. */
export const statusOf: Record<Singularity, StatusName> = {
  none: 'none',
  approach: 'approach',
  halt: 'halt',
  leave: 'leave',
};

export type TeleopState = 'idle' | 'moving' | 'halting' | 'paused' | 'stopped';

export interface TeleopStatus {
  code: number;
  /** In words; of an invalid command: field and expectation. */
  message: string;
  state: TeleopState;
  /** Who holds the arm; empty: nobody. */
  source: string;
  /** Factor on what was asked for; 1 where nothing slows it down. */
  scaling: number;
}
