import { cp } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'
import { entries } from './entries.js'

// The declarations and the commands; `rollup.config.js` builds the code of the package.

const common: Options = {
  target: 'node20',
  platform: 'neutral',
  external: [/^#/, /^node:/],
  removeNodeProtocol: false,
}

/** Nothing to import, and a build of their own, so that no entry carries what only they need. */
const commands: Options = {
  ...common,
  entry: { cli: 'src/cli/bin.ts' },
  format: 'esm',
  splitting: true,
  treeshake: true,
  // The page of `dev`: as it is, beside what serves it.
  onSuccess: () => cp('src/cli/dev/page', 'dist/page', { recursive: true }),
}

const sources = Object.fromEntries(entries.map(({ name, source }) => [name, source]))
const declarations: Options = { ...common, entry: sources, format: ['esm', 'cjs'], dts: { only: true } }

export default defineConfig(({ dts }) => (dts === false ? [commands] : [commands, declarations]))
