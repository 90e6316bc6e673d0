import type { Option, OptionTable } from '../../src/common/options.js'
import { applicationOptions, commonOptions } from '../../src/guard/option-tables.js'
import { applicationIntrospectionOptions, introspectionOptions } from '../../src/introspection/options.js'
import { resourceMetadataOptions } from '../../src/metadata/options.js'
import { storeOptions } from '../../src/store/options.js'

/** The options of a table, and those within its groups as `group.name`. */
function flat(table: OptionTable, prefix = ''): readonly (readonly [string, Option<unknown>])[] {
  return Object.entries(table).flatMap(([name, option]) => [
    [prefix + name, option] as const,
    ...(option.group ? flat(option.group, `${prefix}${name}.`) : []),
  ])
}

/** Every option of a guard and its parts, by its path as in `jwksCache.maxAge`. Only `apps` is in no table. */
export const optionTables: ReadonlyMap<string, Option<unknown>> = new Map([
  ...flat(applicationOptions),
  ...flat(commonOptions),
  ...flat(resourceMetadataOptions, 'resourceMetadata.'),
  ...flat(storeOptions, 'store.'),
  ...flat({ ...introspectionOptions, ...applicationIntrospectionOptions }, 'introspection.'),
])
