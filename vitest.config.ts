import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Both engines that check signatures run the same facts. */
const project = (engine: 'node' | 'web', include: string[]) => ({
  extends: true as const,
  resolve: {
    alias: [
      { find: '#signature', replacement: file(`src/verify/signature.${engine}.ts`) },
      { find: /^authing-guard$/, replacement: file('src/index.ts') },
      { find: /^authing-guard\/(.+)$/, replacement: file('src/$1.ts') },
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
      project('web', ['test/{verify,core,keys,conformance,threats,hosts,online}/**/*.test.ts', 'test/express.test.ts']),
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { 100: true },
    },
  },
})
