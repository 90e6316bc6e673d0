import ts from 'typescript'
import type { Block } from './markdown.js'

/** What a block finds around it: modules by their names, and globals. */
export interface Around {
  readonly modules: Readonly<Record<string, object>>
  readonly globals?: Readonly<Record<string, unknown>>
}

type Runnable = (...given: unknown[]) => Promise<Record<string, unknown>>
const AsyncFunction: new (...source: string[]) => Runnable = Object.getPrototypeOf(async () => {}).constructor

/** Runs a block as a reader's module would, and resolves with what it exports and, of its own names, `returns`. */
export async function run(
  { code }: Block,
  { modules, globals = {} }: Around,
  returns: readonly string[] = [],
): Promise<Readonly<Record<string, unknown>>> {
  const { outputText } = ts.transpileModule(`${code}\nexport { ${returns.join(', ')} }`, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  })
  const require = (name: string): object => {
    const module = modules[name]
    if (module === undefined) throw new Error(`a block imports ${name}, which this test does not have`)
    return { __esModule: true, ...module }
  }
  const exported = {}
  await new AsyncFunction('require', 'exports', ...Object.keys(globals), outputText)(
    require,
    exported,
    ...Object.values(globals),
  )
  return exported
}
