import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { entries } from './entries.js'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What takes longest and fails least: a browser, real stores, real proxies, every block of every document. For `npm run test:all`. */
const slow = ['test/console/**', 'test/fleet/**', 'test/proxies/**', 'test/docs/**']

/** What is tested here subscribes to the diagnostics channel for as long as its process lives. */
const lasting = ['test/examples/**/*.test.ts', 'test/testing/report/*.test.ts']

/** The tests of what checks signatures run on both engines. */
const engineFolders =
  'test/{common,conformance,crypto,guard,hosts,introspection,jwks,profile,revocation,store,threats,token,vectors}'

/** `everyday` is `npm test`: the Node engine, a share of the fuzz and the load. `full` is `npm run test:all`. */
export function configFor(scale: 'everyday' | 'full'): ViteUserConfig {
  const project = (engine: 'node' | 'web', include: string[]) => ({
    extends: true as const,
    resolve: {
      alias: [
        { find: '#signature', replacement: file(`src/crypto/signature.${engine}.ts`) },
        // The mini program SDK imports Taro, which is large and needs a mini program around it.
        { find: '@tarojs/taro', replacement: file('examples/taro.js') },
        ...entries.map(({ subpath, source }) => ({
          find: new RegExp(`^authing-guard${subpath.slice(1)}$`),
          replacement: file(source),
        })),
      ],
    },
    test: {
      name: engine as string,
      // A file's modules serve the next file too: to load them anew for each takes longer than most tests.
      isolate: scale === 'full',
      include,
      setupFiles: [] as string[],
      server: { deps: { inline: ['@authing/miniapp-taro'] } },
      exclude: ['**/node_modules/**', 'test/package/**', ...(scale === 'full' ? [] : slow)],
      env: { ENGINE: engine, TEST_SCALE: scale },
    },
  })
  const projects = [project('node', ['test/**/*.test.ts'])]
  if (scale === 'full') projects.push(project('web', [`${engineFolders}/**/*.test.ts`]))
  const [node] = projects
  if (scale === 'everyday' && node !== undefined) {
    node.test.exclude.push(...lasting)
    const apart = project('node', lasting)
    projects.push({ ...apart, test: { ...apart.test, name: 'apart', isolate: true } })
    node.test.setupFiles.push(file('test/support/leaves-nothing.ts'))
  }
  return defineConfig({
    test: {
      pool: 'threads',
      // On two cores the runner would leave one idle.
      maxWorkers: '100%',
      // A busy machine is slow, and no test depends on how slow.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      projects,
      coverage: {
        provider: 'v8',
        include: ['src/**/*.ts'],
        reporter: ['text', 'json-summary'],
        thresholds: { 100: true },
      },
    },
  })
}

export default configFor('everyday')
