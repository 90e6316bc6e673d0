import { cp } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'

const subpaths = ['express', 'koa', 'nest', 'fetch', 'serverless', 'permissions', 'testing']
const doors = Object.fromEntries(['index', ...subpaths].map((name) => [name, `src/${name}.ts`]))
const engines = Object.fromEntries(
  ['node', 'web'].map((name) => [`verify/signature.${name}`, `src/verify/signature.${name}.ts`]),
)
const common: Options = {
  entry: { ...doors, ...engines },
  target: 'node20',
  platform: 'neutral',
  // One GuardError for all doors of a format; without treeshake the shared chunks of CJS rename their classes.
  splitting: true,
  treeshake: true,
  // `#signature` is chosen by the runtime's conditions, so it must still be there in the built files.
  external: [/^#/, /^node:/],
  removeNodeProtocol: false,
}

export default defineConfig((overrides) => {
  const dts = overrides.dts === false ? false : { entry: doors }
  return [
    { ...common, format: 'esm', dts },
    // jose is ESM only, and `require` of ESM is off on AWS Lambda and in Jest: it goes into the CJS build.
    { ...common, format: 'cjs', dts, noExternal: ['jose'] },
    // The commands: nothing to import, and a build of their own, so that no door carries what only they need.
    {
      ...common,
      entry: { cli: 'src/cli.ts' },
      format: 'esm',
      dts: false,
      // The page of `dev`: as it is, beside what serves it.
      onSuccess: () => cp('src/cli/dev/page', 'dist/page', { recursive: true }),
    },
  ]
})
