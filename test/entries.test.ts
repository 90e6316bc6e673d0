import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { entries } from '../entries.js'
import manifest from '../package.json' with { type: 'json' }

// `exports` in package.json is the one list of entries. The build, the API reference, the aliases of the tests, the tests
// of the package and those of the documents read it. Here is what cannot read it, or must agree with it.

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const adapters = readdirSync(new URL('src/adapters/', root)).filter((name) => name !== 'shared')

describe.each(entries)('the entry $subpath', ({ subpath, name, source }) => {
  const conditions = (types: string, code: string) => ({
    types: `./dist/${name}.${types}`,
    default: `./dist/${name}.${code}`,
  })

  test('has its ESM and its CJS files in exports', () => {
    expect(Object(manifest.exports)[subpath]).toEqual({
      import: conditions('d.ts', 'js'),
      require: conditions('d.cts', 'cjs'),
    })
  })

  test('has its types where TypeScript reads no exports (moduleResolution node10)', () => {
    const types = `./dist/${name}.d.cts`
    const listed = subpath === '.' ? [manifest.types] : Object(manifest.typesVersions['*'])[name]
    expect(listed).toEqual([types])
  })

  test('has a source that says what it is', () => {
    expect(read(source)).not.toBe('')
  })
})

test('typesVersions has no entry that exports lacks', () => {
  expect(Object.keys(manifest.typesVersions['*'])).toEqual(
    entries.map(({ name }) => name).filter((name) => name !== 'index'),
  )
})

test('every adapter folder has an entry', () => {
  const sources = entries.map(({ source }) => source)
  for (const name of adapters) expect(sources).toContain(`src/adapters/${name}/index.ts`)
})

test('every adapter serves a host of the table that all hosts are tested by', () => {
  const hosts = readdirSync(new URL('test/hosts/host/', root)).map((name) => read(`test/hosts/host/${name}`))
  for (const name of adapters) {
    expect(
      hosts.some((text) => text.includes(`from 'authing-guard/${name}'`)),
      name,
    ).toBe(true)
  }
})

test('every host that an adapter serves is in the list that the table runs', () => {
  const files = readdirSync(new URL('test/hosts/host/', root)).map((name) => read(`test/hosts/host/${name}`))
  const hosts = files.flatMap((text) => [...text.matchAll(/^export const (\w+Host)\b/gm)].map(([, name = '']) => name))
  expect(hosts.length).toBeGreaterThan(10)
  const listed = read('test/hosts/host/all.ts').match(/\w+Host\b/g)
  // Once where it is imported, once where it is listed.
  for (const host of hosts)
    expect(
      listed?.filter((name) => name === host),
      host,
    ).toHaveLength(2)
})

test.each(['README.md', 'README.zh-CN.md'])('the table of imports in %s has every entry, and no other', (page) => {
  const rows = read(page).matchAll(/^\| `(authing-guard(?:\/[\w-]+)*)` \|/gm)
  // A nested entry is described where its parent is.
  const expected = entries
    .map(({ subpath }) => `authing-guard${subpath.slice(1)}`)
    .filter((name) => name.split('/').length < 3)
  expect([...rows].map(([, name]) => name).sort()).toEqual(expected.sort())
})
