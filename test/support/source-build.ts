import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { entries } from '../../entries.js'

const root = new URL('../../', import.meta.url)
const sources = new Map(
  entries.map(({ subpath, source }) => [`authing-guard${subpath.slice(1)}`, fileURLToPath(new URL(source, root))]),
)
const nodeEngine = fileURLToPath(new URL('src/crypto/signature.node.ts', root))

/** Builds programs that a test starts, from the source as it is; the frameworks stay the installed packages. */
export async function buildFromSource(output: Pick<BuildOptions, 'entryPoints' | 'outdir' | 'outfile'>): Promise<void> {
  await build({
    ...output,
    ...(output.outdir === undefined ? {} : { outExtension: { '.js': '.mjs' } }),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
    plugins: [
      {
        name: 'the source',
        setup: (on) => {
          on.onResolve({ filter: /^#signature$/ }, () => ({ path: nodeEngine }))
          on.onResolve({ filter: /^authing-guard/ }, ({ path }) => ({ path: sources.get(path) ?? path }))
        },
      },
    ],
  })
}
