import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { entries } from './entries.js'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The tests of what checks signatures run on both engines. */
const project = (engine: 'node' | 'web', include: string[]) => ({
  extends: true as const,
  resolve: {
    alias: [
      { find: '#signature', replacement: file(`src/crypto/signature.${engine}.ts`) },
      ...entries.map(({ subpath, source }) => ({
        find: new RegExp(`^authing-guard${subpath.slice(1)}$`),
        replacement: file(source),
      })),
    ],
  },
  test: { name: engine, include, exclude: ['**/node_modules/**', 'test/package/**'], env: { ENGINE: engine } },
})

export default defineConfig({
  test: {
    pool: 'threads',
    // On two cores the runner would leave one idle.
    maxWorkers: '100%',
    // A busy machine is slow, and no fact depends on how slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      project('node', ['test/**/*.test.ts']),
      project('web', [
        'test/{common,conformance,crypto,guard,hosts,introspection,jwks,revocation,store,threats,token,vectors}/**/*.test.ts',
      ]),
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { 100: true },
    },
  },
})
