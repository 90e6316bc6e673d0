import { cp } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'
import { entries } from './entries.js'

const sources = Object.fromEntries(entries.map(({ name, source }) => [name, source]))
const engines = Object.fromEntries(
  ['node', 'web'].map((name) => [`crypto/signature.${name}`, `src/crypto/signature.${name}.ts`]),
)
const common: Options = {
  entry: { ...sources, ...engines },
  target: 'node20',
  platform: 'neutral',
  // One GuardError for all entries of a format; without treeshake the shared chunks of CJS rename their classes.
  splitting: true,
  treeshake: true,
  // `#signature` is chosen by the runtime's conditions, so it must still be there in the built files.
  external: [/^#/, /^node:/],
  removeNodeProtocol: false,
}

export default defineConfig((overrides) => {
  const dts = overrides.dts === false ? false : { entry: sources }
  return [
    { ...common, format: 'esm', dts },
    // jose is ESM only, and `require` of ESM is off on AWS Lambda and in Jest: it goes into the CJS build.
    { ...common, format: 'cjs', dts, noExternal: ['jose'] },
    // The commands: nothing to import, and a build of their own, so that no entry carries what only they need.
    {
      ...common,
      entry: { cli: 'src/cli/bin.ts' },
      format: 'esm',
      dts: false,
      // The page of `dev`: as it is, beside what serves it.
      onSuccess: () => cp('src/cli/dev/page', 'dist/page', { recursive: true }),
    },
  ]
})
