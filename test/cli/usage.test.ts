import { oneshotArm } from './run.js';

const commands = [
  ['demo'],
  ['learn'],
  ['teach'],
  ['evaluate', 'motor'],
  ['evaluate', 'fewshot'],
  ['classify'],
  ['train', 'motor'],
  ['train', 'fewshot'],
  ['study'],
  ['bench'],
  ['weights', 'inspect'],
  ['weights', 'import'],
  ['node'],
  ['doctor'],
  ['stop'],
  ['reset'],
  ['execute'],
  ['forget'],
  ['save'],
  ['load'],
  ['status'],
  ['topics'],
  ['echo'],
  ['services'],
  ['call'],
];

test.each(commands)('%s %s: help ends with an example', async (...words) => {
  const command = words.filter(Boolean);
  const { code, stdout } = await oneshotArm([...command, '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`Example:\\n  oneshot-arm ${command.join(' ')}`));
});

test('help without a command lists all of them', async () => {
  const { code, stdout } = await oneshotArm(['--help']);
  expect(code).toBe(0);
  for (const [name] of commands) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
});

test.each([
  ['no command', []],
  ['an unknown command', ['dance']],
  ['an unknown option', ['learn', 'x.json', '--fast']],
  ['a missing argument', ['learn']],
  ['a number that is none', ['learn', 'x.json', '--seed', 'seven']],
  ['a negative count', ['evaluate', 'motor', '--targets', '-1']],
  ['no targets', ['evaluate', 'motor', '--targets', '0']],
  ['an unknown family', ['evaluate', 'motor', '--family', 'tango']],
  ['an unknown backend', ['learn', 'x.json', '--backend', 'abacus']],
  ['an unknown node', ['node', 'toaster']],
  ['a rehearsal on hardware', ['learn', 'x.json', '--rehearse', '--backend', 'pcm']],
])('%s is bad usage: exit code 2', async (_, args) => {
  const { code, stdout, stderr } = await oneshotArm(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toBe('');
});
