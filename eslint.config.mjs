import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import ts from 'typescript-eslint';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import prettier from 'eslint-config-prettier';

// Dependencies point one way (ARCHITECTURE.md has the same table): the rooms that each room may import, besides itself and
// what lies directly in src. Whatever is not listed is an error, new rooms included. Tests may draw random numbers as well.
const models = ['kernels', 'synapses', 'snn', 'pcm', 'fewshot'];
const allowed = {
  trial: [],
  kernels: [],
  synapses: ['kernels'],
  snn: ['synapses', 'kernels', 'trial'],
  pcm: ['synapses', 'kernels'],
  fewshot: ['pcm', 'synapses', 'kernels'],
  arm: ['trial'],
  motion: ['arm'],
  controller: ['motion', 'arm'],
  teleop: ['motion', 'arm'],
  lesson: ['snn', 'pcm', 'synapses', 'arm', 'trial'],
  compare: ['lesson', 'snn', 'synapses', 'arm', 'trial'],
  record: [],
  plot: [],
  engine: [],
  files: [...models, 'arm', 'record'],
  skills: ['lesson', 'files', 'arm', 'trial'],
  training: [...models, 'arm', 'trial', 'lesson', 'files', 'engine'],
  edscorbot: ['controller', 'motion', 'arm', 'kernels'],
  ros: ['controller', 'motion', 'arm', 'synapses'],
  sim: [...models, 'controller', 'motion', 'arm', 'lesson', 'compare', 'files', 'record'],
};
const rooms = readdirSync('src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .concat('sim');
const others = (...names) => rooms.filter((room) => !names.includes(room));
allowed.nodes = others('training', 'cli');
allowed.cli = rooms;
const unlisted = rooms.filter((room) => !(room in allowed));
if (unlisted.length > 0)
  throw new Error(
    `eslint.config.mjs: say what ${unlisted.join(', ')} may import, here and in ARCHITECTURE.md`,
  );

const folder = (room) => (room === 'sim' ? './sim' : `./src/${room}`);
const onlyAllowed = (...always) => ({
  'import-x/no-restricted-paths': [
    'error',
    {
      zones: rooms.flatMap((room) =>
        others(room, ...allowed[room], ...always).map((from) => ({
          target: folder(room),
          from: folder(from),
          message: `${room} may import ${allowed[room].join(', ') || 'no other room'} (ARCHITECTURE.md).`,
        })),
      ),
    },
  ],
});
const cores = [...models, 'trial', 'arm', 'motion', 'controller', 'teleop', 'lesson'];

export default ts.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.ros/',
      '.cache/',
      'src/kernels/generated/',
      'build/',
      'install/',
      'runs/',
    ],
  },
  // AssemblyScript decorates functions, which TypeScript does not know: comments to what reads them here
  {
    files: ['src/kernels/assembly/*.ts'],
    processor: {
      meta: { name: 'assemblyscript' },
      preprocess: (text) => [text.replace(/^@(\w+)$/gm, '//$1')],
      postprocess: (messages) => messages.flat(),
    },
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  { files: ['src/kernels/assembly/*.ts'], rules: { '@typescript-eslint/ban-ts-comment': 'off' } },
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-require-imports': 'off',
      ...onlyAllowed(),
    },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        performance: 'readonly',
        require: 'readonly',
        __dirname: 'readonly',
        module: 'writable',
        URL: 'readonly',
      },
    },
  },
  {
    files: cores.map((c) => `src/${c}/**/*.ts`),
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'draw from a seeded Random' },
        { object: 'Date', property: 'now', message: 'cores know no clock' },
      ],
      'no-restricted-imports': ['error', { patterns: ['node:fs*', 'fs', 'rclnodejs', '@tensorflow/*'] }],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off', ...onlyAllowed('kernels') },
  },
  prettier,
);
