import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => {
    const path = file.split(sep).join('/')
    const text = readFileSync(join(src, file), 'utf8')
    const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s+'([^']+)'/g)].map(([, specifier = '']) => specifier)
    const imports = specifiers
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) =>
        relative(src, join(src, dirname(file), specifier))
          .split(sep)
          .join('/')
          .replace(/\.js$/, '.ts'),
      )
    return { path, text, specifiers, imports }
  })
const named = new Map(files.map((file) => [file.path, file]))

const isDoor = (path: string) => !path.includes('/')
const folderOf = (path: string) => path.split('/')[0] ?? ''
const stations = ['verify', 'keys', 'access', 'online', 'authing']
// What every station may lean on: words, errors and the shapes of values. It knows of no station itself.
const ground = [
  'advice',
  'answer',
  'bearer',
  'claims',
  'deadline',
  'errors',
  'given',
  'http',
  'identity',
  'lru',
  'step',
].map((name) => `core/${name}.ts`)

describe('imports', () => {
  test('name files that are there', () => {
    for (const { path, imports } of files) {
      for (const target of imports) expect(named.has(target), `${path} imports ${target}`).toBe(true)
    }
  })

  test('run in no circle', () => {
    const done = new Set<string>()
    const walk = (path: string, trail: readonly string[]) => {
      expect(trail, 'a circle').not.toContain(path)
      if (done.has(path)) return
      for (const target of named.get(path)?.imports ?? []) walk(target, [...trail, path])
      done.add(path)
    }
    for (const { path } of files) walk(path, [])
  })

  test('lead from the doors inwards, never back', () => {
    for (const { path, imports } of files) {
      for (const target of imports) expect(isDoor(target), `${path} imports the door ${target}`).toBe(false)
    }
  })

  test('lead to what doors share from doors alone', () => {
    for (const { path, imports } of files.filter(({ path }) => !isDoor(path) && folderOf(path) !== 'doors')) {
      for (const target of imports) expect(folderOf(target), `${path} imports ${target}`).not.toBe('doors')
    }
  })

  test('lead from a station to the ground of core, and to no part of the walk', () => {
    for (const { path, imports } of files.filter((file) => stations.includes(folderOf(file.path)))) {
      for (const target of imports.filter((one) => one.startsWith('core/'))) {
        expect(ground, `${path} imports ${target}`).toContain(target)
      }
    }
    for (const path of ground) {
      for (const target of named.get(path)?.imports ?? []) expect(ground, `${path} imports ${target}`).toContain(target)
    }
  })

  test('bring no framework in, and jose only into the import of keys and the web engine', () => {
    const usersOf = (name: RegExp) =>
      files.filter(({ specifiers }) => specifiers.some((one) => name.test(one))).map(({ path }) => path)
    expect(usersOf(/^(?:express|koa|@nestjs|fastify|hono|rxjs|reflect-metadata|ws|socket\.io|aws-lambda)/)).toEqual([])
    expect(usersOf(/^jose/)).toEqual(['keys/key.ts', 'verify/signature.web.ts'])
    expect(usersOf(/^lru/)).toEqual(['core/lru.ts'])
  })

  test('touch Node in its engine, in the local user pool and in the commands alone', () => {
    const touching = files.filter(({ specifiers }) => specifiers.some((one) => one.startsWith('node:')))
    expect(touching.map(({ path }) => path).filter((path) => !['testing', 'cli'].includes(folderOf(path)))).toEqual([
      'verify/signature.node.ts',
    ])
  })

  test('lead to the commands from their bin alone', () => {
    for (const { path, imports } of files.filter(({ path }) => path !== 'cli.ts' && folderOf(path) !== 'cli')) {
      for (const target of imports) expect(folderOf(target), `${path} imports ${target}`).not.toBe('cli')
    }
  })
})

describe('files', () => {
  test('have one idea and at most 250 lines', () => {
    for (const { path, text } of files) expect(text.split('\n').length, path).toBeLessThanOrEqual(251)
  })

  test('export by name', () => {
    for (const { path, text } of files) expect(/^export (?:default|\*)/m.test(text), path).toBe(false)
  })

  test('leave the environment to core/env.ts', () => {
    const reading = files.filter(({ text }) => /process\s*\.\s*env|\bDeno\.env|import\.meta\.env/.test(text))
    expect(reading.map(({ path }) => path).filter((path) => folderOf(path) !== 'testing')).toEqual(['core/env.ts'])
  })

  test('take the process from the bin, as far as commands go', () => {
    const reaching = files.filter(({ path, text }) => folderOf(path) === 'cli' && /\bprocess(?:\.\w|\[)/.test(text))
    expect(reaching.map(({ path }) => path)).toEqual([])
    for (const { path, specifiers } of files) expect(specifiers, path).not.toContain('node:process')
  })

  test('hold no `any`, no `!` and no mark that silences a tool', () => {
    for (const { path, text } of files) {
      expect(/(?:: |<|as )any\b(?! )|@ts-|biome-ignore|v8 ignore|istanbul/.test(text), path).toBe(false)
    }
  })
})
