import js from '@eslint/js';
import ts from 'typescript-eslint';
import importPlugin from 'eslint-plugin-import';
import prettier from 'eslint-config-prettier';

// Dependencies point one way (ARCHITECTURE.md): what a room may not import.
const forbidden = {
  'src/kernels': [
    'snn',
    'synapses',
    'pcm',
    'fewshot',
    'arm',
    'training',
    'files',
    'ros',
    'nodes',
    'cli',
    'edscorbot',
  ],
  'src/synapses': ['snn', 'pcm', 'fewshot', 'arm', 'training', 'files', 'ros', 'nodes', 'cli', 'edscorbot'],
  'src/snn': ['pcm', 'fewshot', 'arm', 'training', 'files', 'ros', 'nodes', 'cli', 'edscorbot'],
  'src/pcm': ['snn', 'fewshot', 'arm', 'training', 'files', 'ros', 'nodes', 'cli', 'edscorbot'],
  'src/fewshot': ['snn', 'arm', 'training', 'files', 'ros', 'nodes', 'cli', 'edscorbot'],
  'src/arm': [
    'motion',
    'controller',
    'snn',
    'pcm',
    'fewshot',
    'training',
    'files',
    'ros',
    'nodes',
    'cli',
    'edscorbot',
  ],
  'src/record': [
    'kernels',
    'synapses',
    'snn',
    'pcm',
    'fewshot',
    'arm',
    'motion',
    'lesson',
    'training',
    'files',
    'ros',
    'nodes',
    'cli',
    'edscorbot',
  ],
  'src/lesson': ['training', 'files', 'ros', 'nodes', 'cli', 'edscorbot'],
  'src/plot': [
    'snn',
    'pcm',
    'fewshot',
    'arm',
    'training',
    'files',
    'lesson',
    'ros',
    'nodes',
    'cli',
    'edscorbot',
  ],
  'src/training': ['ros', 'nodes', 'cli', 'edscorbot'],
  'src/files': ['training', 'ros', 'nodes', 'cli', 'edscorbot'],
  'src/edscorbot': ['snn', 'pcm', 'fewshot', 'training', 'files', 'ros', 'nodes', 'cli'],
  'src/ros': ['snn', 'pcm', 'fewshot', 'training', 'files', 'nodes', 'cli', 'edscorbot'],
  'src/nodes': ['cli', 'training'],
  sim: ['snn', 'pcm', 'fewshot', 'training', 'ros', 'nodes', 'cli', 'edscorbot'],
};
const cores = ['kernels', 'synapses', 'snn', 'pcm', 'fewshot', 'arm'];

export default ts.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.ros/',
      '.cache/',
      'src/kernels/assembly/',
      'src/kernels/generated/',
      'build/',
      'install/',
      'runs/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    plugins: { import: importPlugin },
    settings: { 'import/resolver': { typescript: true } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-require-imports': 'off',
      'import/no-restricted-paths': [
        'error',
        {
          zones: Object.entries(forbidden).flatMap(([target, rooms]) =>
            rooms.map((room) => ({ target: `./${target}`, from: `./src/${room}` })),
          ),
        },
      ],
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
  { files: ['**/*.test.ts'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  prettier,
);
