/**
 * Every command of README.md and docs/*.md: held against the commands, options, parameters, launch arguments and files that
 * there are; and run, as a user would type it, or listed below with the reason why not.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parameterTables } from '../src/nodes/parameter_tables';
import { checkParameter } from '../src/ros/parameters';
import { root, temporaryFolder } from './cli/run';
import { alone, inSession, notRun, ours, reasonFor, shown, toRun, wordsOf } from './documented/commands';
import { fillFolder } from './documented/folder';
import { pool } from './documented/pool';
import { sessions } from './documented/sessions';

test('there are commands of every kind, and each is run or has its reason why not', () => {
  expect(shown.length).toBeGreaterThan(60);
  expect(alone.length).toBeGreaterThan(20);
  // a reason that nothing needs any more goes
  for (const [pattern] of notRun)
    expect({ pattern, used: shown.some(({ text }) => pattern.test(`${text} `)) }).toEqual({
      pattern,
      used: true,
    });
  for (const { text, words } of shown)
    if (words[0] !== 'oneshot-arm' && !inSession(text))
      expect([text, reasonFor(text)]).toEqual([text, expect.any(String)]);
  // and a session runs what is shown
  for (const { nodes, steps } of Object.values(sessions))
    for (const [command] of [...nodes, ...steps])
      if (!command.startsWith('+ '))
        expect({ command, shown: shown.some(({ text }) => text === command) }).toEqual({
          command,
          shown: true,
        });
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
  const released = join(root, '../shared/data/authors_weights');
  const there = alone.filter(({ text }) => !text.includes('robot_arm.json') || existsSync(released));
  for (const { text } of alone.filter((command) => !there.includes(command)))
    console.warn(`skipped: ${text} (the released weights are not there)`);

  // commands of one document need each other's files; documents go side by side
  const documents = [...new Set(there.map(({ file }) => file))];
  const results = new Map<string, Promise<Map<string, Finished>>>();
  beforeAll(async () => {
    await fillFolder(folder.path);
    if (existsSync(released))
      for (const name of readdirSync(released)) symlinkSync(join(released, name), join(folder.path, name));
    const begun = pool(
      2,
      documents.map((document) => async () => {
        const finished = new Map<string, Finished>();
        for (const { text, file } of there)
          if (file === document) finished.set(text, await runIn(folder.path, toRun(text)));
        return finished;
      }),
    );
    documents.forEach((document, k) => results.set(document, begun[k]));
  });

  test.each(there.map(({ file, text }) => [text, file]))(
    '%s',
    async (text, file) => {
      const { code, stderr } = (await results.get(file)!).get(text)!;
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    },
    180_000,
  );
});

interface Finished {
  code: number;
  stderr: string;
}

/** Runs a command of ours, as a user would, with skills and logs of its own. */
function runIn(cwd: string, text: string): Promise<Finished> {
  const env = { ...process.env, ROS_HOME: join(cwd, 'ros') };
  return new Promise((resolve) => {
    const args = wordsOf(text).slice(1);
    execFile(join(root, 'bin/oneshot-arm'), args, { cwd, env, encoding: 'utf8' }, (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? (error ? 1 : 0)), stderr }),
    );
  });
}
