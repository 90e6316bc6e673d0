import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { entries } from '../../entries.js'
import { root } from './markdown.js'

// Every public function has an @example, which editors show.

const pathOf = (file: string) => fileURLToPath(new URL(file, root))
const config = ts.readConfigFile(pathOf('tsconfig.json'), ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, fileURLToPath(root))
const program = ts.createProgram(
  entries.map(({ source }) => pathOf(source)),
  options,
)
const checker = program.getTypeChecker()

function functionsOf(source: string): readonly ts.Symbol[] {
  const file = program.getSourceFile(pathOf(source))
  const module = file && checker.getSymbolAtLocation(file)
  const exported = module ? checker.getExportsOfModule(module) : []
  return exported
    .map((one) => ((one.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(one) : one))
    .filter((one) => (one.flags & ts.SymbolFlags.Function) !== 0)
}

const functions = entries.flatMap(({ subpath, source }) =>
  functionsOf(source).map((symbol) => ({ subpath, name: symbol.name, symbol })),
)

test('the entries export functions', () => {
  expect(functions.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['createGuard', 'authingGuard', 'identityOf']),
  )
})

describe.each(functions)('$name of $subpath', ({ symbol }) => {
  const examples = symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'example')
    .map(({ text }) => ts.displayPartsToString(text))

  test('has an @example of at most ten lines that imports what it uses', () => {
    expect(examples).not.toEqual([])
    for (const example of examples) {
      const lines = example.split('\n').filter((line) => line.trim() !== '' && !line.includes('```'))
      expect(lines.length).toBeGreaterThanOrEqual(2)
      expect(lines.length).toBeLessThanOrEqual(10)
      expect(example).toMatch(/^import \{[^}]*\} from 'authing-guard/m)
    }
  })
})
