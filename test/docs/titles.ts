import { readdirSync } from 'node:fs'
import ts from 'typescript'
import { readText, root } from './markdown.js'

const called = /^(?:test|it)(?:\.\w+)*$/

/** The titles of the tests in one file, as they are written. */
function titlesIn(path: string): ReadonlySet<string> {
  const source = ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true)
  const titles = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      // `test.each(table)(title, ...)` is the call of a call.
      const callee = ts.isCallExpression(node.expression) ? node.expression.expression : node.expression
      const [title] = node.arguments
      if (called.test(callee.getText(source)) && title && ts.isStringLiteralLike(title)) titles.add(title.text)
    }
    node.forEachChild(visit)
  }
  visit(source)
  return titles
}

/** Every test file of the repository, by its path within `test`, and the titles in it. */
export const titles: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  readdirSync(new URL('test/', root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .map((path) => path.replaceAll('\\', '/'))
    .map((path) => [path, titlesIn(`test/${path}`)]),
)
