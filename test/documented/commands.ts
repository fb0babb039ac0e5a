/** The commands of README.md and docs/*.md, and which of them are not run, with the reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/run';
import { sessions } from './sessions';

export interface Shown {
  file: string;
  words: string[];
  /** Without `npx` and without the remark behind it. */
  text: string;
}

const files = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const programs = /^(npx oneshot-arm|oneshot-arm|npm|ros2|python3|node|colcon|\.) /;
/** In a sentence: a whole command, not the form of one. */
const inline = /`((?:npx )?oneshot-arm [a-z][^`]*)`/g;
const form = /\.\.\.|\b(DIR|FILE)\b/;

/** What a shell makes of a command's text. */
export const wordsOf = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]);

export const shown: Shown[] = files.flatMap((file) => {
  const lines = readFileSync(join(root, file), 'utf8')
    .split('\n')
    .map((line) => line.trim());
  return (
    lines
      .filter((line) => programs.test(line))
      // a sentence that begins with the command's name is none
      .filter((line) => !/^oneshot-arm [^|]*\.$/.test(line))
      .concat(
        lines.flatMap((line) => [...line.matchAll(inline)].map((m) => m[1])).filter((t) => !form.test(t)),
      )
      .map((line) => {
        const text = line.replace(/\s+#.*$/, '').replace(/^npx /, '');
        return { file, text, words: wordsOf(text) };
      })
  );
});
export const ours = shown.filter(({ words }) => words[0] === 'oneshot-arm');

/** Why a command is not run here. */
export const notRun: [pattern: RegExp, reason: string][] = [
  [/^npm /, 'runs the tests, this one among them, or for ever'],
  [/^(\. |colcon|node scripts)/, 'test/setup*.test.ts'],
  [/^ros2 launch .*gazebo/, 'needs Gazebo; what it hands to Gazebo: test/sim_gazebo.test.ts'],
  [/^ros2 launch/, 'needs an installed ROS 2: test/ros/launch.test.ts runs every launch file where it is'],
  [/^ros2 run/, 'needs an installed ROS 2; test/setup_colcon.test.ts starts what it would start'],
  [
    /^ros2 security|--enclave/,
    'needs encryption, which the ROS 2 wheels lack: test/ros/security_policy.test.ts',
  ],
  [/^python3 examples/, 'test/examples.test.ts'],
  [
    / node (arm_simulator|motor_learner|viewer|teleop|character_classifier|velocity_guard|edscorbot_\w+)( |$)/,
    'test/ros starts every node',
  ],
  [/ (teach|call|replay|teleop|save|execute|stop) /, 'needs a running graph: test/ros'],
  [/ skills (list|show|rename|export|forget) /, 'needs saved skills: test/skills, test/ros/skills.test.ts'],
  [/ demo /, 'test/cli/demo.test.ts'],
  [/ studio /, 'runs until it is stopped: test/studio.test.ts'],
  [/ train fewshot /, 'needs tfjs-node, 890 MB: test/fewshot_tensorflow.test.ts'],
  [/ jobs .*--retry/, 'needs a job that failed: test/engine/study.test.ts'],
  [/ study (joint-response|.*robot_arm\.json)/, 'needs data that are not in the repository'],
  [/ bench( |$)/, 'measures for minutes; test/cli/bench_*.test.ts run short ones'],
  [/ compare examples\/reach\.json --report report\.md $/, 'is run with --json as well'],
];
export const reasonFor = (text: string): string | undefined =>
  notRun.find(([pattern]) => pattern.test(`${text} `))?.[1];

/** The same with smaller numbers, where the documented ones take minutes; every option stays. */
const smaller: [pattern: RegExp, replacement: string][] = [
  [/--targets \d+/, '--targets 3'],
  [/--episodes \d+/, '--episodes 1'],
  [/^(oneshot-arm study pcm-ablation)(?: --count \d+)?/, '$1 --count 1'],
  [/--preset default --out runs\/motor$/, '$& --iterations 1 --batch 2'],
  [/--resume runs\/motor$/, '$& --iterations 2'],
  [/--run motor$/, '$& --batch 8'],
  [/--iterations 32000/, '--iterations 24501 --batch 2'],
];
export const toRun = (text: string): string =>
  smaller.reduce((now, [pattern, replacement]) => now.replace(pattern, replacement), text);

/** Each once, however often it is shown: those that run without ROS and without each other. */
export const alone = [...new Map(ours.map((command) => [command.text, command])).values()].filter(
  ({ text }) => !inSession(text) && !reasonFor(text),
);

/** Whether a session of several processes runs it. */
export function inSession(text: string): boolean {
  return Object.values(sessions).some(({ nodes, steps }) =>
    [...nodes, ...steps].some(([command]) => command === text),
  );
}
