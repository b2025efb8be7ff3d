import { existsSync, readdirSync } from 'node:fs'
import js from '@eslint/js'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import importX from 'eslint-plugin-import-x'
import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const features = existsSync('src/features') ? readdirSync('src/features') : []
const zone = (target, from, message) => ({ target: `./src/${target}`, from: from.map((path) => `./src/${path}`), message })
const zones = [
  zone('api', ['app', 'features', 'shared'], 'api is the lowest layer'),
  zone('shared', ['app', 'features'], 'shared must not know features'),
  zone('features', ['app'], 'features are composed by app'),
  ...features.map((name) =>
    zone(`features/${name}`, features.filter((other) => other !== name).map((other) => `features/${other}`), 'a feature never imports another'),
  ),
]

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'test-results', 'src/api/schema.d.ts', 'src/api/room-frames.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX, 'react-hooks': hooks },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
    rules: {
      ...hooks.configs['recommended-latest'].rules,
      'max-lines': ['error', { max: 250, skipBlankLines: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'import-x/no-cycle': ['error', { maxDepth: 6 }],
      'import-x/no-restricted-paths': ['error', { zones }],
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
    },
  },
  { files: ['src/**/*.tsx'], ignores: ['**/*.test.tsx'], rules: { 'max-lines': ['error', { max: 150 }] } },
  { files: ['tools/**', 'tests/**'], rules: { 'no-console': 'off' } },
  {
    files: ['src/pwa/worker.js'],
    languageOptions: { globals: { self: 'readonly', caches: 'readonly', fetch: 'readonly', Response: 'readonly', location: 'readonly' } },
  },
)
