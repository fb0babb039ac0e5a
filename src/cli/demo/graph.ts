import { join } from 'node:path';
import type { Arm } from '../../files/arms.js';
import type { ArmOptions, LessonOptions } from '../command.js';

/** Options of `demo`. */
export interface DemoOptions extends Omit<LessonOptions, 'plot'>, ArmOptions {
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
export function graphMembers(options: DemoOptions, weights: string, arm: Arm): GraphMember[] {
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
    node('arm_simulator', { seed: options.seed, ...simulated(options, arm) }),
    node('motor_learner', {
      weights: `'${weights}'`,
      backend: options.backend,
      ...named(options, arm),
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

/** Parameters that make the learner's arm the one that was named. */
function named(options: DemoOptions, arm: Arm): Record<string, string> {
  if (arm.name === 'edscorbot_paper') return {};
  return {
    arm: `'${options.arm ?? 'edscorbot'}'`,
    tcp_link: arm.tcpLink,
    learned_joints: list(arm.profile.joints.slice(0, arm.profile.learned)),
    ...(options.baseLink ? { base_link: options.baseLink } : {}),
  };
}

/** Parameters of its simulation. */
function simulated(options: DemoOptions, arm: Arm): Record<string, string> {
  if (arm.name === 'edscorbot_paper') return {};
  return { arm: `'${options.arm ?? 'edscorbot'}'`, tcp_link: arm.tcpLink };
}

const list = (names: readonly string[]): string => `[${names.map((n) => `'${n}'`).join(', ')}]`;
