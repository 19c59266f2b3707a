// The linter: type-aware checks, and the import rule of the architecture.
//
// Imports point one way. `base`, `config`, `sfu/rtp` and `sfu/layouts` import nothing of ours but `base`;
// media rooms (`sfu`, `sip-gateway`, `recorder`, `vod`) never import `server`, which composes them;
// `clients` see only the API's message types.
import tseslint from 'typescript-eslint';

/** Files under `folders` may import of our top folders only those in `allowed` (and their own). */
function layer(folders, allowed, name = folders[0]) {
  const all = [
    'base',
    'config',
    'server',
    'sfu',
    'sip-gateway',
    'recorder',
    'vod',
    'clients',
    'bench',
    'testing',
    'scripts',
  ];
  const own = folders.map(folder => folder.split('/')[0]);
  const banned = all.filter(folder => !allowed.includes(folder) && !own.includes(folder));
  return {
    name: `imports of ${name}`,
    files: folders.map(folder => `${folder}/**/*.{ts,tsx}`),
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: banned.map(folder => ({
            regex: `^(\\.\\./)+${folder}/`,
            message: `${name} must not import ${folder}/: see the import rule in eslint.config.js.`,
          })),
        },
      ],
    },
  };
}

/** A leaf inside a media room: nothing of ours but `base` and its own folder; `subfolders` may look up into it. */
function leaf(folder, subfolders = false) {
  const up = subfolders ? '\\.\\./' : '';
  return {
    name: `imports of ${folder}`,
    files: [subfolders ? `${folder}/*/**/*.ts` : `${folder}/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^${up}\\.\\./(?!\\.\\./base/)`,
              message: `${folder} is a leaf: it imports only base/.`,
            },
          ],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['build/', 'node_modules/', '.tap/', 'out/', 'clients/sdk/openapi.d.ts'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './clients/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.{js,mjs}'], ...tseslint.configs.disableTypeChecked },
  layer(['base'], []),
  layer(['config'], ['base']),
  layer(['sfu'], ['base', 'config']),
  layer(['sip-gateway'], ['base', 'config', 'sfu']),
  layer(['recorder'], ['base', 'config', 'sfu']),
  layer(['vod'], ['base', 'config', 'sfu', 'recorder']),
  layer(['server'], ['base', 'config', 'sfu', 'sip-gateway', 'recorder', 'vod']),
  layer(['clients'], ['server']),
  leaf('sfu/rtp'),
  leaf('sfu/rtp', true),
  leaf('sfu/layouts'),
);
