/**
 * Every command of README.md and docs/*.md: held against the commands, options, parameters, launch arguments and files that
 * there are; and run, as a user would type it, or listed below with the reason why not.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fileRecorder } from '../src/files/recording_file';
import { parameterTables } from '../src/nodes/parameter_tables';
import { checkParameter } from '../src/ros/parameters';
import { root, temporaryFolder } from './cli/run';

interface Shown {
  file: string;
  words: string[];
  text: string;
}

const files = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const programs = /^(npx oneshot-arm|oneshot-arm|npm|ros2|python3|node|colcon|\.) /;
const shown: Shown[] = files.flatMap((file) =>
  readFileSync(join(root, file), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => programs.test(line))
    // a sentence that begins with the command's name is none
    .filter((line) => !/^oneshot-arm [^|]*\.$/.test(line))
    .map((line) => {
      const text = line.replace(/\s+#.*$/, '').replace(/^npx /, '');
      const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]);
      return { file, text, words };
    }),
);
const ours = shown.filter(({ words }) => words[0] === 'oneshot-arm');

/** Why a command is not run here. */
const notRun: [pattern: RegExp, reason: string][] = [
  [/^npm /, 'runs the tests, this one among them, or for ever'],
  [/^(\. |colcon|node scripts)/, 'test/setup*.test.ts'],
  [/^ros2 /, 'needs an installed ROS 2; arguments are held against the launch files'],
  [/^python3 examples/, 'needs a running learner'],
  [/ node /, 'runs until it is stopped: test/ros starts every node'],
  [
    / (teach|call|replay|teleop|echo|status|save|load|execute|stop|reset|forget) /,
    'needs a running graph: test/ros',
  ],
  [/ demo /, 'test/cli/demo.test.ts'],
  [/ (train|worker|jobs) /, 'hours; test/motor, test/engine and test/fewshot* run short ones'],
  [/--engine/, 'needs a Redis: test/engine'],
  [/ study /, 'minutes; test/engine/study.test.ts runs short ones'],
  [/ bench/, 'measures for minutes'],
  [/ evaluate motor .*(pcm|--arm|--targets 200)/, 'a minute and more; test/motor and docs/motor.md'],
  [/omniglot\/|letters\/|known\//, 'pictures that are not in the repository: test/cli/fewshot.test.ts'],
  [
    /weights import robot_arm\.json/,
    'the released weights are not in the repository: test/cli/weights.test.ts',
  ],
  [/ skills (show|rename|export|forget) /, 'needs saved skills: test/skills, test/ros/skills.test.ts'],
  [/ compare /, 'twenty seconds a motion: test/compare'],
  [/ studio /, 'runs until it is stopped: test/viewer*'],
];
const reasonFor = (text: string): string | undefined => notRun.find(([p]) => p.test(`${text} `))?.[1];
// each once, however often it is shown
const run = [...new Map(ours.map((command) => [command.text, command])).values()].filter(
  ({ text }) => !reasonFor(text),
);

test('there are commands of every kind, and the ones to run are run', () => {
  expect(shown.length).toBeGreaterThan(60);
  expect(run.length).toBeGreaterThan(5);
  // a reason that nothing needs any more goes
  for (const [pattern] of notRun)
    expect({ pattern, used: shown.some(({ text }) => pattern.test(`${text} `)) }).toEqual({
      pattern,
      used: true,
    });
  for (const { text, words } of shown)
    if (words[0] !== 'oneshot-arm') expect([text, reasonFor(text)]).toEqual([text, expect.any(String)]);
});

const helps = new Map<string, string>();
function help(words: readonly string[]): string {
  const key = words.join(' ');
  if (!helps.has(key)) {
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(root, 'dist/src/cli/main.js'), ...words, '--help'],
      {
        encoding: 'utf8',
      },
    );
    helps.set(key, status === 0 ? stdout : '');
  }
  return helps.get(key)!;
}

test('each names a command and options that there are', () => {
  for (const { file, text, words } of ours) {
    const [, command, sub] = words;
    const two =
      /^(evaluate|train|bench|weights|skills|study)$/.test(command) && /^[a-z][\w-]*$/.test(sub ?? '');
    const text1 = help([command]);
    expect({ file, text, known: text1 !== '' }).toEqual({ file, text, known: true });
    const both = text1 + (two ? help([command, sub]) : '');
    const end = words.indexOf('--ros-args');
    for (const word of words.slice(1, end < 0 ? undefined : end))
      if (word.startsWith('--') && word !== '--help')
        expect({ file, text, option: word, known: both.includes(word) }).toEqual({
          file,
          text,
          option: word,
          known: true,
        });
  }
}, 120_000);

test('each names parameters that the node has, with values that it takes', () => {
  for (const { file, text, words } of ours) {
    if (words[1] !== 'node') continue;
    const table = parameterTables[words[2]];
    expect({ file, text, known: table !== undefined }).toEqual({ file, text, known: true });
    words.forEach((word, k) => {
      if (words[k - 1] !== '-p') return;
      const [name, value] = word.split(':=');
      expect({ file, text, name, known: name in table }).toEqual({ file, text, name, known: true });
      checkParameter(name, table[name], parse(value));
    });
  }
});

test('each launch file is there and takes the arguments', () => {
  const launched = shown.filter(({ words }) => words[0] === 'ros2' && words[1] === 'launch');
  expect(launched.length).toBeGreaterThan(3);
  const common = readFileSync(join(root, 'launch/launch_nodes.py'), 'utf8');
  for (const { file, text, words } of launched) {
    const name = words
      .find((word) => /\.launch\.(py|xml)$/.test(word))!
      .split('/')
      .pop()!;
    const path = join(root, 'launch', name);
    expect({ file, text, there: existsSync(path) }).toEqual({ file, text, there: true });
    const source = readFileSync(path, 'utf8') + common;
    for (const word of words) {
      const argument = /^(\w+):=/.exec(word)?.[1];
      if (argument)
        expect({ file, text, argument, known: source.includes(`"${argument}"`) }).toEqual({
          file,
          text,
          argument,
          known: true,
        });
    }
  }
});

test('files of the repository that it names are there', () => {
  for (const { file, text, words } of shown)
    for (const word of words) {
      const path = word.replace(/^\w+:=/, '');
      if (/^(examples|launch|config|models|scripts|urdf)\//.test(path))
        expect({ file, text, path, there: existsSync(join(root, path)) }).toEqual({
          file,
          text,
          path,
          there: true,
        });
    }
});

describe('run where a user has the examples and a recording', () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    for (const name of ['examples', 'models', 'config', 'urdf'])
      symlinkSync(join(root, name), join(folder.path, name));
    symlinkSync(join(root, 'test/record/lerobot/v3.0'), join(folder.path, 'my_dataset'));
    copyFileSync(join(root, 'examples/wave.csv'), join(folder.path, 'my_motion.csv'));
    // an arm of one's own (docs/new_arm.md), with the motion that is shown there
    const chain = ['base', 'turret', 'upper', 'fore', 'gripper_tcp'];
    const joints = ['pan', 'lift', 'elbow'].map(
      (name, k) =>
        `<joint name="${name}" type="revolute"><origin xyz="0 0 0.15"/><parent link="${chain[k]}"/><child link="${chain[k + 1]}"/>` +
        `<axis xyz="0 ${k ? '1 0' : '0 1'}"/><limit lower="-2" upper="2" velocity="2" effort="5"/></joint>`,
    );
    writeFileSync(
      join(folder.path, 'my_arm.urdf'),
      `<robot name="my_arm">${chain.map((name) => `<link name="${name}"/>`).join('')}${joints.join('')}` +
        `<joint name="tool" type="fixed"><origin xyz="0 0 0.2"/><parent link="fore"/><child link="gripper_tcp"/></joint></robot>`,
    );
    const motion = /^\{ "dt".*"positions".*$/m.exec(readFileSync(join(root, 'docs/new_arm.md'), 'utf8'));
    writeFileSync(join(folder.path, 'my_motion.json'), motion![0]);
    for (const name of ['recording.mcap', 'demonstration.mcap']) {
      const recorder = fileRecorder(join(folder.path, name));
      for (let k = 0; k <= 200; k++) {
        const angle = 0.3 * (1 - Math.cos((Math.PI * k) / 200));
        const header = { stamp: { sec: 0, nanosec: 0 }, frame_id: '' };
        const state = {
          header,
          name: ['base_joint', 'shoulder'],
          position: [angle, -angle / 2],
          velocity: [],
          effort: [],
        };
        recorder.write('/joint_states', 'sensor_msgs/msg/JointState', state, BigInt(k) * 10_000_000n);
      }
      recorder.close();
    }
  });

  test.each(run.map(({ text, words }) => [text, words] as const))(
    '%s',
    (_, words) => {
      const { status, stderr } = spawnSync(join(root, 'bin/oneshot-arm'), words.slice(1), {
        cwd: folder.path,
        env: { ...process.env, ROS_HOME: join(folder.path, 'ros') },
        encoding: 'utf8',
      });
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    },
    60_000,
  );
});
