import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { entries } from './entries.js'

// The code of the package; `tsup.config.ts` builds the declarations and the commands.
//
// One file for each entry, and one, `core`, for all that the guard is made of. A chain of small chunks costs a serverless
// process several milliseconds at each cold start, and a copy of its own for each entry would break `instanceof`.

const root = fileURLToPath(new URL('.', import.meta.url))
const require = createRequire(import.meta.url)

/** TypeScript, and imports of `.js` that are `.ts`. @returns {import('rollup').Plugin} */
function typescript() {
  return {
    name: 'typescript',
    resolveId(specifier, importer) {
      if (!specifier.startsWith('.') || importer === undefined || !importer.endsWith('.ts')) return null
      return join(dirname(importer), specifier.replace(/\.js$/, '.ts'))
    },
    async transform(code, id) {
      if (!id.endsWith('.ts')) return null
      const result = await transform(code, { loader: 'ts', target: 'node20', sourcefile: id, sourcemap: 'external' })
      return { code: result.code, map: result.map }
    },
  }
}

/** jose's own files, for CommonJS. @returns {import('rollup').Plugin} */
function inlineJose() {
  return {
    name: 'inline-jose',
    resolveId: (specifier) => (specifier.startsWith('jose/') ? require.resolve(specifier) : null),
  }
}

/**
 * Puts all that `authing-guard` itself is made of, and what the adapters share, into one chunk.
 *
 * @returns {import('rollup').GetManualChunk}
 */
function coreChunk() {
  const shared = join(root, 'src', 'adapters', 'shared') + sep
  const index = join(root, entries.find(({ name }) => name === 'index')?.source ?? '')
  /** @type {Set<string> | undefined} */
  let core
  return (id, { getModuleInfo }) => {
    core ??= importedBy(index, getModuleInfo)
    return core.has(id) || id.startsWith(shared) ? 'core' : undefined
  }
}

/**
 * All files that a file imports, directly or not.
 *
 * @param {string} file
 * @param {import('rollup').GetModuleInfo} getModuleInfo
 */
function importedBy(file, getModuleInfo) {
  /** @type {Set<string>} */
  const found = new Set()
  const waiting = [file]
  for (const id of waiting) {
    for (const imported of getModuleInfo(id)?.importedIds ?? []) {
      if (found.has(imported)) continue
      found.add(imported)
      waiting.push(imported)
    }
  }
  return found
}

/**
 * @param {'esm' | 'cjs'} format
 * @param {Record<string, string>} input
 * @param {import('rollup').GetManualChunk} [manualChunks]
 * @returns {import('rollup').RollupOptions}
 */
function build(format, input, manualChunks) {
  const names = format === 'esm' ? '[name].js' : '[name].cjs'
  return {
    input,
    // `#signature` is chosen by the runtime's conditions, so it must still be there in the built files. jose is ESM
    // only, and `require` of ESM is off on AWS Lambda and in Jest: it goes into the CJS build.
    external: [/^#/, /^node:/, 'lru.min', '@nestjs/common', ...(format === 'esm' ? [/^jose\//] : [])],
    plugins: [typescript(), ...(format === 'cjs' ? [inlineJose()] : [])],
    treeshake: { moduleSideEffects: false },
    output: {
      dir: 'dist',
      format,
      entryFileNames: names,
      chunkFileNames: names,
      ...(manualChunks !== undefined && { manualChunks }),
      exports: 'named',
      generatedCode: 'es2015',
      hoistTransitiveImports: false,
      minifyInternalExports: false,
    },
  }
}

const sources = Object.fromEntries(entries.map(({ name, source }) => [name, source]))
// By themselves: `core` imports an engine, and no engine may import `core`.
const engines = Object.fromEntries(
  ['node', 'web'].map((name) => [`crypto/signature.${name}`, `src/crypto/signature.${name}.ts`]),
)

export default /** @type {const} */ (['esm', 'cjs']).flatMap((format) => [
  build(format, sources, coreChunk()),
  ...Object.entries(engines).map(([name, source]) => build(format, { [name]: source })),
])
