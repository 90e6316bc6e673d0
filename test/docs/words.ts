import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { readText, root } from './markdown.js'

// The public words of the package, by the compiler: what is added to the source is found here, whatever file it is in.

const entries = [
  'src/guard/index.ts',
  'src/authing/index.ts',
  'src/introspection/index.ts',
  'src/store/index.ts',
  'src/testing/index.ts',
]
const pathOf = (file: string) => fileURLToPath(new URL(file, root))
const config = ts.readConfigFile(pathOf('tsconfig.json'), ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, fileURLToPath(root))
const program = ts.createProgram(entries.map(pathOf), options)
const checker = program.getTypeChecker()

function typeOf(name: string, entry = 'src/guard/index.ts'): ts.Type {
  const source = program.getSourceFile(pathOf(entry))
  const module = source && checker.getSymbolAtLocation(source)
  const found = module && checker.getExportsOfModule(module).find((one) => one.name === name)
  if (found === undefined) throw new Error(`${entry} exports no ${name}`)
  const isAlias = (found.flags & ts.SymbolFlags.Alias) !== 0
  return checker.getDeclaredTypeOfSymbol(isAlias ? checker.getAliasedSymbol(found) : found)
}

const membersOf = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type])
const fieldsOf = (type: ts.Type): readonly string[] => type.getProperties().map(({ name }) => name)
const literalsOf = (type: ts.Type): readonly string[] =>
  membersOf(type).flatMap((member) => (member.isStringLiteral() ? [member.value] : []))

/** An option that is a group of options: an interface of ours whose name says so. */
function groupOf(option: ts.Symbol): ts.Type | undefined {
  return membersOf(checker.getTypeOfSymbol(option)).find((type) => {
    const { name = '', declarations = [] } = type.getSymbol() ?? {}
    return name.endsWith('Options') && declarations.some((one) => one.getSourceFile().fileName.includes('/src/'))
  })
}

/** The options of a guard, or of one of its applications; those within a group as `group.name`. */
const optionsOf = (type: ts.Type): readonly string[] =>
  membersOf(type)
    .flatMap((member) => member.getProperties())
    .flatMap((option) => {
      const group = groupOf(option)
      return [option.name, ...(group ? fieldsOf(group).map((name) => `${option.name}.${name}`) : [])]
    })

/** The options of a part, under the option of the guard that takes the part. */
const partOptions = (group: string, name: string, entry: string): readonly string[] =>
  fieldsOf(typeOf(name, entry)).map((field) => `${group}.${field}`)

/** Every option of a guard and of its parts. */
export const guardOptions: readonly string[] = [
  ...new Set([
    ...optionsOf(typeOf('GuardOptions')),
    ...optionsOf(typeOf('OneOfSeveral')),
    ...partOptions('introspection', 'IntrospectionOptions', 'src/introspection/index.ts'),
    ...partOptions('store', 'StoreOptions', 'src/store/index.ts'),
  ]),
]

/** The names before the dot. */
export const groups: readonly string[] = [
  ...new Set(guardOptions.filter((name) => name.includes('.')).map((name) => name.split('.')[0] ?? '')),
]

/** Every type of event, and its fields besides: all that one of this type may have. */
export const events: ReadonlyMap<string, readonly string[]> = membersOf(typeOf('GuardEvent')).reduce((all, event) => {
  const type = event.getProperty('type')
  const [name = ''] = type ? literalsOf(checker.getTypeOfSymbol(type)) : []
  const own = fieldsOf(event).filter((field) => field !== 'type')
  return all.set(name, [...new Set([...(all.get(name) ?? []), ...own])])
}, new Map<string, readonly string[]>())

export const misuses: readonly string[] = literalsOf(typeOf('Misuse'))
export const reasons: readonly string[] = literalsOf(typeOf('Reason'))
export const requirements: readonly string[] = fieldsOf(typeOf('Requirement'))
export const permissionOptions: readonly string[] = fieldsOf(
  typeOf('AuthingPermissionsOptions', 'src/authing/index.ts'),
)
export const wrongs: readonly string[] = literalsOf(typeOf('Defect', 'src/testing/index.ts'))
export const faults: readonly string[] = literalsOf(typeOf('Fault', 'src/testing/index.ts'))

const manifest: { name: string; exports: object } = JSON.parse(readText('package.json'))
/** What can be imported. */
export const subpaths: readonly string[] = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => subpath.replace('.', manifest.name))
