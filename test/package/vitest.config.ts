import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The package as users get it: `npm run test:package`. Not among the other tests, since it builds and installs.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/package/**/*.test.ts'],
    testTimeout: 300_000,
    // They share one tarball, and two cores.
    fileParallelism: false,
  },
})
