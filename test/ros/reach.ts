import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './harness';
import type { Message } from './ros_client';

/** Seconds as a builtin_interfaces/Duration. */
export function duration(s: number): { sec: number; nanosec: number } {
  const ns = Math.round(s * 1e9);
  return { sec: Math.floor(ns / 1e9), nanosec: ns % 1e9 };
}

/** examples/reach.json (rad, the paper's profile) as a JointTrajectory of the robot description: q_urdf = -q for both joints. */
export function reach(): { joint_names: string[]; points: Message[] } {
  const { dt, positions } = JSON.parse(readFileSync(join(root, 'examples/reach.json'), 'utf8')) as {
    dt: number;
    positions: number[][];
  };
  return {
    joint_names: ['base_joint', 'shoulder'],
    points: positions.map((row, k) => ({
      positions: row.map((q) => -q),
      time_from_start: duration(k * dt),
    })),
  };
}
