import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const file = fileURLToPath(new URL('../../src/telemetry/events.ts', import.meta.url))

/** The types of the events that there are, as the source's union has them, each with the names of its members. */
export function eventTypes(): ReadonlyMap<string, ReadonlySet<string>> {
  const program = ts.createProgram([file], { strict: true, lib: ['lib.es2022.d.ts'], types: [] })
  const checker = program.getTypeChecker()
  const types = new Map<string, Set<string>>()
  program.getSourceFile(file)?.forEachChild((node) => {
    if (!ts.isTypeAliasDeclaration(node) || node.name.text !== 'GuardEvent') return
    const union = checker.getTypeAtLocation(node)
    for (const event of union.isUnion() ? union.types : []) {
      const members = event.getProperties().map(({ name }) => name)
      const own = event.getProperty('type')
      const type = own && checker.getTypeOfSymbolAtLocation(own, node)
      if (!type?.isStringLiteral()) throw new Error(`an event has no type of its own: ${checker.typeToString(event)}`)
      const known = types.get(type.value) ?? new Set()
      types.set(type.value, new Set([...known, ...members.filter((name) => name !== 'type')]))
    }
  })
  return types
}
