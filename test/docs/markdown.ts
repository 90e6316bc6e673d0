import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** The repository's root, as a URL with a slash at its end. */
export const root = new URL('../../', import.meta.url)
export const readText = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** A fenced block of a Markdown page. */
export interface Block {
  readonly language: string
  readonly code: string
}

/** A row of a table: its cells as they are written, bars unescaped. */
export type Row = readonly string[]

export interface Page {
  readonly path: string
  readonly text: string
  readonly blocks: readonly Block[]
  /** How deep each heading is, in turn. */
  readonly outline: readonly number[]
  readonly tables: readonly (readonly Row[])[]
  readonly links: readonly string[]
}

export function readPage(path: string): Page {
  const text = readText(path)
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '')
  return {
    path,
    text,
    blocks: [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
      language,
      code,
    })),
    outline: [...prose.matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length),
    tables: [...prose.matchAll(/(?:^\|.*\|\n)+/gm)].map(([table]) => table.trim().split('\n').slice(2).map(cellsOf)),
    links: [...prose.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link),
  }
}

function cellsOf(line: string): Row {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}

/** Code without its comments and spacing: what must be the same in every language. */
export function tokensOf({ code, language }: Block): readonly string[] {
  if (language !== 'js' && language !== 'ts') return code.split('\n')
  const file = ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest)
  const tokens: string[] = []
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file)
    if (children.length === 0) tokens.push(node.getText(file))
    for (const child of children) visit(child)
  }
  visit(file)
  return tokens
}
