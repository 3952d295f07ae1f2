import { defineConfig, globalIgnores } from 'eslint/config';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What Node.js defines, as the Node.js that lints sees it. */
const nodeGlobals = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']),
);

const unusedVariables = ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }];

export default defineConfig(
  globalIgnores([
    ...['build/', 'dist/', 'dist-test/', '.nodes/', '.cache/'],
    // Compiled by `npm run test:types` in a project of its own.
    'test/types/*.?ts',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    name: 'plain JavaScript',
    files: ['**/*.{js,cjs,mjs}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: nodeGlobals },
    rules: {
      eqeqeq: 'error',
      'no-unused-vars': unusedVariables,
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    name: 'CommonJS',
    files: ['**/*.{js,cjs}'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { strict: ['error', 'global'] },
  },

  {
    name: 'TypeScript',
    files: ['lib/**/*.{ts,mts,cts}', 'test/**/*.ts'],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      'no-unused-vars': 'off',
      '@typescript-eslint/no-unused-vars': unusedVariables,
      // Numbers print as one expects them to.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => void call()` and `() => call()` are equally clear.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // It would have `!` where `no-non-null-assertion` forbids it: an index known
      // to be in bounds is `array[index] as number`.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // A facade over an addon has classes of one static method, and `while (true)`.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
    },
  },
  {
    name: 'TypeScript tests',
    files: ['test/**/*.ts'],
    rules: {
      // Tests know what they put in, and what they break.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
