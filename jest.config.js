/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
    // ES modules in a CommonJS test runner
    '(@mujoco/mujoco/mujoco|hyparquet/src/\\w+|three/build/three\\.core)\\.js$': [
      '@swc/jest',
      { jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!@mujoco/|hyparquet/|three/)'],
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/sim/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.ros', '<rootDir>/build', '<rootDir>/install'],
  moduleNameMapper: {
    '^three$': '<rootDir>/node_modules/three/build/three.core.js',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testTimeout: 60000,
};
