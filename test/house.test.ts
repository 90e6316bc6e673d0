import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { layers } from './support/layers.js'

const src = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => {
    const path = file.split(sep).join('/')
    const text = readFileSync(join(src, file), 'utf8')
    const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s+'([^']+)'/g)].map(([, specifier = '']) => specifier)
    const relatives = specifiers.filter((specifier) => specifier.startsWith('.'))
    const imports = relatives.map((specifier) =>
      relative(src, join(src, dirname(file), specifier))
        .split(sep)
        .join('/')
        .replace(/\.js$/, '.ts'),
    )
    const code = text.replace(/^(?:import|export) type [^']*'[^']+'$/gm, '')
    /** Files whose code is imported, and not their types alone. */
    const values = imports.filter((_, at) => code.includes(`from '${relatives[at]}'`))
    return { path, text, specifiers, imports, values }
  })
const named = new Map(files.map((file) => [file.path, file]))

/** The folder that a file is in: one of each host, `adapters/shared`, or a folder of `src`. */
function folderOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  return first === 'adapters' ? `${first}/${second}` : first
}

/** The layer that a folder belongs to. */
function layerOf(folder: string): string {
  return folder.startsWith('adapters/') && folder !== 'adapters/shared' ? 'adapters/<host>' : folder
}

/** Every import of a file of ours, type imports included, with the folders that it leads from and to. */
const imports = files.flatMap(({ path, imports }) =>
  imports.map((target) => ({ path, target, from: folderOf(path), to: folderOf(target) })),
)

describe('the imports of src', () => {
  test('name files that exist', () => {
    for (const { path, target } of imports) expect(named.has(target), `${path} imports ${target}`).toBe(true)
  })

  test('go down the layers or stay in their folder, type imports included', () => {
    expect(new Set(files.map(({ path }) => layerOf(folderOf(path))))).toEqual(new Set(layers))
    const others = imports.filter(({ from, to }) => from !== to)
    const upwards = others.filter(({ from, to }) => layers.indexOf(layerOf(to)) <= layers.indexOf(layerOf(from)))
    expect(upwards.map(({ path, target }) => `${path} imports ${target}`)).toEqual([])
  })

  test('leave the local user pool independent of the code that it is an oracle for', () => {
    const foreign = imports.filter(({ from, to }) => from === 'testing' && to !== 'testing')
    expect(foreign.map(({ path, target }) => `${path} imports ${target}`)).toEqual([])
  })

  test('keep introspection, the store and the management API out of a guard that is not given them', () => {
    const parts = ['introspection', 'store', 'authing']
    const reached = new Set<string>()
    const visit = (path: string) => {
      if (reached.has(path)) return
      reached.add(path)
      for (const target of named.get(path)?.values ?? []) visit(target)
    }
    const entries = files.filter(({ path }) => /^(?:guard|adapters\/\w+)\/index\.ts$/.test(path))
    expect(entries.length).toBeGreaterThan(3)
    for (const { path } of entries) visit(path)
    expect([...reached].filter((path) => parts.includes(folderOf(path)))).toEqual([])
  })

  test('form no circle of files', () => {
    const done = new Set<string>()
    const visit = (path: string, trail: readonly string[]) => {
      expect(trail, 'a circle').not.toContain(path)
      if (done.has(path)) return
      for (const target of named.get(path)?.imports ?? []) visit(target, [...trail, path])
      done.add(path)
    }
    for (const { path } of files) visit(path, [])
  })

  test('name no framework but Nest in one file, jose in the web engine alone, and the LRU library in one file', () => {
    const usersOf = (name: RegExp) =>
      files.filter(({ specifiers }) => specifiers.some((one) => name.test(one))).map(({ path }) => path)
    expect(usersOf(/^(?:express|koa|@nestjs|fastify|hono|rxjs|reflect-metadata|ws|socket\.io|aws-lambda)/)).toEqual([
      'adapters/nest/exception.ts',
    ])
    expect(usersOf(/^jose/).sort()).toEqual(['crypto/signature.web.ts'])
    expect(usersOf(/^lru/)).toEqual(['common/lru.ts'])
  })

  test('name node: modules in the Node engine, the local user pool and the commands alone', () => {
    const touching = files.filter(({ specifiers }) => specifiers.some((one) => one.startsWith('node:')))
    expect(touching.map(({ path }) => path).filter((path) => !['testing', 'cli'].includes(folderOf(path)))).toEqual([
      'crypto/signature.node.ts',
    ])
  })
})

describe('the files of src', () => {
  test('have at most 250 lines', () => {
    for (const { path, text } of files) expect(text.split('\n').length, path).toBeLessThanOrEqual(251)
  })

  test('export by name', () => {
    for (const { path, text } of files) expect(/^export (?:default|\*)/m.test(text), path).toBe(false)
  })

  test('read the environment in guard/environment.ts alone', () => {
    const reading = files.filter(({ text }) => /process\s*\.\s*env|\bDeno\.env|import\.meta\.env/.test(text))
    expect(reading.map(({ path }) => path).filter((path) => folderOf(path) !== 'testing')).toEqual([
      'guard/environment.ts',
    ])
  })

  test('take the process from cli/bin.ts, as far as they are commands', () => {
    const reaching = files.filter(({ path, text }) => folderOf(path) === 'cli' && /\bprocess(?:\.\w|\[)/.test(text))
    expect(reaching.map(({ path }) => path)).toEqual(['cli/bin.ts'])
    for (const { path, specifiers } of files) expect(specifiers, path).not.toContain('node:process')
  })

  test('throw no refusal: the pipeline returns them', () => {
    const throwing = files.filter(({ text }) =>
      /\bthrow (?:refuse\(|new Refusal\b|refusal\b)|\breject\(refus/.test(text),
    )
    expect(throwing.map(({ path }) => path)).toEqual([])
    const making = files.filter(({ text }) => /\bnew Refusal\b/.test(text)).map(({ path }) => path)
    expect(making).toEqual(['common/refusal.ts'])
  })

  test('do not look for words in a message or a detail: errors and refusals have typed parts', () => {
    const text = String.raw`(?:\w+\??\.)*(?:message|detail|advice|errorText)`
    const methods = 'includes|startsWith|endsWith|match|matchAll|search|replace|replaceAll|split|indexOf'
    const searching = new RegExp(
      String.raw`\b${text}\??\.(?:${methods})\(|\.(?:test|exec)\(${text}\)|String\((?:error|cause)\)\.(?:${methods})\(`,
    )
    const found = files.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line) => (searching.test(line) ? [`${path}: ${line.trim()}`] : [])),
    )
    expect(found).toEqual([])
    for (const line of [
      '/CERT/.test(detail)',
      "error.message.startsWith('x')",
      'pattern.exec(error?.message)',
      "String(error).replace('x', '')",
    ]) {
      expect(searching.test(line), line).toBe(true)
    }
  })

  test('hold no `any`, no `!` and no mark that silences a tool', () => {
    for (const { path, text } of files) {
      expect(/(?:: |<|as )any\b(?! )|@ts-|biome-ignore|v8 ignore|istanbul/.test(text), path).toBe(false)
    }
  })
})
