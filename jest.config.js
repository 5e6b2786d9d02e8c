/** One runner for all tiers; a tier is chosen by the suffix of its files (see CONTRIBUTING.md). */
export default {
  globalSetup: './testing/global-setup.mjs',
  globalTeardown: './testing/global-teardown.mjs',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.gathering/'],
  modulePathIgnorePatterns: ['/dist/', '/.gathering/'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
          target: 'es2024',
        },
        module: { type: 'es6' },
      },
    ],
  },
  maxWorkers: 2,
  testTimeout: 60_000,
};
