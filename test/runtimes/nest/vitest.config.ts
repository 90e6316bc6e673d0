import { join } from 'node:path'
import { mergeConfig } from 'vitest/config'
import { configFor } from '../../../vitest.config.js'
import { installedIn } from '../installed.js'

// The tests of the adapter for Nest, with another version of Nest in place of the repository's: the one that NEST names.
const modules = join(installedIn(String(process.env['NEST'])), 'node_modules')
const ofNest = /^(?=@nestjs\/|@apollo\/|@as-integrations\/|graphql$|reflect-metadata$|rxjs(?:\/|$))/

const base = configFor('full')
const [node] = base.test?.projects ?? []
if (typeof node !== 'object' || node instanceof Promise) throw new Error('the configuration has no project')

const project = mergeConfig(node, { resolve: { alias: [{ find: ofNest, replacement: `${modules}/` }] } })

export default { ...base, test: { ...base.test, projects: [project] } }
