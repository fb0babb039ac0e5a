/**
 * Argument combinations whose parameters rclpy and this project must resolve alike (test/ros/parameter_resolution.test.ts).
 * Every case starts node `motor_learner` with number `n` and text `t` undeclared otherwise; files are parameter files.
 */

/** A parameter file: rule (or nested namespaces ending in one) -> parameters. */
export type ParameterFile = string;
export interface ParameterCase {
  /** After --ros-args; {0}, {1} stand for the files' paths. */
  args: string[];
  files?: ParameterFile[];
}

/** One rule with n = 1. */
const under = (rule: string, n = 1): string => `${rule}:\n  ros__parameters:\n    n: ${n}\n`;
const file = ['--params-file', '{0}'];
const left = ['-r', '__ns:=/left'];
const deep = ['-r', '__ns:=/a/b'];
const renamed = ['-r', '__node:=other'];
const spaces: string[][] = [[], left, deep];

const rules = [
  '/**',
  '/*',
  'motor_learner',
  '/motor_learner',
  'left/motor_learner',
  '/left/motor_learner',
  '/left/*',
  '/left/**',
  '/*/motor_learner',
  '/**/motor_learner',
  '/a/b/motor_learner',
  '/a/*/motor_learner',
  '/a/**',
  'other',
];

/** All of them. */
export const parameterCases: ParameterCase[] = [
  // one rule, three namespaces
  ...rules.flatMap((rule) => spaces.map((space) => ({ args: [...space, ...file], files: [under(rule)] }))),
  // nested namespaces
  ...spaces.map((space) => ({
    args: [...space, ...file],
    files: [
      'left:\n  motor_learner:\n    ros__parameters: {n: 3}\na:\n  b:\n    motor_learner:\n      ros__parameters: {n: 4}\n',
    ],
  })),
  // command line
  { args: ['-p', 'n:=1'] },
  { args: ['--param', 'n:=1'] },
  { args: ['-p', 'n:=1', '-p', 'n:=2'] },
  { args: ['-p', 'motor_learner:n:=1'] },
  { args: ['-p', 'other:n:=1'] },
  { args: ['-p', 'motor_learner:n:=1', '-p', 'n:=2'] },
  { args: ['-p', 'n:=2', '-p', 'motor_learner:n:=1'] },
  { args: ['-p', '*:n:=1', ...left] },
  { args: ['-p', '/left/motor_learner:n:=1', ...left] },
  { args: ['-p', 'n'] },
  { args: [...file], files: ['motor_learner:\n  n: 1\n'] },
  { args: ['-p', 'l:=[1, a]'] },
  { args: ['-p', 'motor_learner:n:=1', ...left] },
  { args: [...file, '-p', 'n:=2'], files: [under('motor_learner')] },
  { args: ['-p', 'n:=2', ...file], files: [under('motor_learner')] },
  { args: [...file, '-p', 'n:=2'], files: [under('/**')] },
  { args: ['-p', 'n:=2', ...file], files: [under('/**')] },
  { args: [...file, '--params-file', '{1}'], files: [under('motor_learner'), under('/**', 2)] },
  { args: [...file, '--params-file', '{1}'], files: [under('/**'), under('motor_learner', 2)] },
  { args: [...file, '--params-file', '{1}'], files: [under('motor_learner'), under('/motor_learner', 2)] },
  { args: [...file, '--params-file', '{1}', ...file], files: [under('/*'), under('/**', 2)] },
  { args: [...file, '--params-file', '{1}', '-p', 'n:=5'], files: [under('/**'), under('motor_learner', 2)] },
  // renames
  { args: [...renamed, ...file], files: [under('motor_learner')] },
  { args: [...renamed, ...file], files: [under('other')] },
  { args: ['-r', 'motor_learner:__node:=other', ...file], files: [under('other')] },
  { args: ['-r', 'motor_learner:__node:=other', ...file], files: [under('motor_learner')] },
  { args: ['-r', 'nobody:__node:=other', ...file], files: [under('motor_learner')] },
  { args: ['-r', 'motor_learner:__ns:=/left', ...file], files: [under('/left/motor_learner')] },
  { args: ['--remap', '__ns:=/left', '--remap', '__node:=other', ...file], files: [under('/left/other')] },
  { args: [...renamed, '-p', 'other:n:=1'] },
  // values
  { args: ['-p', 'n:=0x10'] },
  { args: ['-p', 'n:=1.5e3'] },
  { args: ['-p', 't:=yes'] },
  { args: ['-p', "t:='yes'"] },
  { args: ['-p', 't:=plain words'] },
  { args: ['-p', 't:=off'] },
  { args: ['-p', 'l:=[1.0, 2.5]'] },
  { args: ['-p', 'l:=[a, b]'] },
  { args: ['-p', 'l:=[true, false]'] },
  { args: ['-p', 'l:=[1, 2]'] },
  { args: file, files: ['/**:\n  ros__parameters:\n    a:\n      b: 1\n      c:\n        d: x\n'] },
  { args: file, files: ['/**:\n  ros__parameters:\n    a.b: 1.5\n    "t": !!str 7\n'] },
  { args: ['-p', 'n:=1', '-p', 'n:=text'] },
  { args: ['-p', 'n:=1.5', '-p', 'n:=2'] },
  { args: ['-p', 'a.b.c:=1'] },
];
