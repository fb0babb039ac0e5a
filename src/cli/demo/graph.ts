import { join } from 'node:path';
import type { LessonOptions } from '../command.js';

/** Options of `demo`. */
export interface DemoOptions extends Omit<LessonOptions, 'plot'> {
  once: boolean;
  viewer: boolean;
  target?: string;
}

/** A process of the demo's ROS graph. */
export interface GraphMember {
  name: string;
  command: string;
  args: string[];
}

/** The processes of the demo: each is `oneshot-arm node NAME` with its parameters. */
export function graphMembers(options: DemoOptions, weights: string): GraphMember[] {
  const main = join(__dirname, '..', 'main.js');
  const node = (name: string, parameters: Record<string, string | number> = {}): GraphMember => ({
    name,
    command: process.execPath,
    args: [
      main,
      'node',
      name,
      '--ros-args',
      ...Object.entries(parameters).flatMap(([key, value]) => ['-p', `${key}:=${value}`]),
    ],
  });
  return [
    node('arm_simulator', { seed: options.seed }),
    node('motor_learner', {
      weights: `'${weights}'`,
      backend: options.backend,
      seed: options.seed,
      updates: options.updates,
      refine_steps: options.refine,
      // the arm is simulated: on a busy machine late messages shall not stop it
      joint_state_timeout_s: '1.5',
      joint_state_max_age_s: '3.0',
      start_delay_s: '1.0',
      settle_s: '5.0',
      ...(options.backend === 'pcm'
        ? { read_after_s: options.readAfter.toFixed(3), pcm_preset: options.preset }
        : {}),
    }),
    ...(options.viewer ? [node('viewer')] : []),
  ];
}
