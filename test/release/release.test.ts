import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { faultsOf, tagOf } from '../../.github/release.js'
import { readText, root } from '../docs/markdown.js'

const repository = { url: 'git+https://github.com/somebody/authing-guard.git' }
const changelog = '# Changelog\n\n## 1.2.3 - 2027-01-31\n\n### Added\n\n## 1.2.2 - 2027-01-01\n'

describe('a tag', () => {
  test('may be published where package.json and the changelog name its version', () => {
    expect(faultsOf('v1.2.3', { version: '1.2.3', repository }, changelog)).toEqual([])
    expect(faultsOf('v1.2.3', { version: '1.2.3', repository: repository.url }, changelog)).toEqual([])
  })

  test.each([
    ['another version than package.json', 'v1.2.4', { version: '1.2.3', repository }, changelog, /v1\.2\.4.*1\.2\.3/],
    ['no v', '1.2.3', { version: '1.2.3', repository }, changelog, /the tag is 1\.2\.3/],
    ['a version that the changelog lacks', 'v1.2.1', { version: '1.2.1', repository }, changelog, /no section/],
    ['a longer version than the changelog has', 'v1.2.30', { version: '1.2.30', repository }, changelog, /no section/],
    ['no date yet', 'v2.0.0', { version: '2.0.0', repository }, '## 2.0.0 - unreleased\n', /no date/],
    ['no repository', 'v1.2.3', { version: '1.2.3' }, changelog, /no repository/],
  ])('is refused for %s', (_, tag, manifest, text, fault) => {
    expect(faultsOf(tag, manifest, text)).toEqual([expect.stringMatching(fault)])
  })

  test('with a hyphen is not the default version', () => {
    expect([tagOf('v1.2.3'), tagOf('v1.2.3-beta.1')]).toEqual(['latest', 'next'])
  })
})

const folder = '.github/workflows/'
const workflows = readdirSync(new URL(folder, root)).map((name) => [name, readText(folder + name)] as const)

describe.each(workflows)('%s', (_, text) => {
  test('takes actions by their full hash, and says which version that is', () => {
    const used = [...text.matchAll(/uses: (.*)$/gm)].map(([, action = '']) => action)
    expect(used.length).toBeGreaterThan(0)
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  test('may read and no more, but for the job that publishes, which may say who it is', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n(?! )/m)
    const writes = [...text.matchAll(/^ *([\w-]+): write$/gm)].map(([, scope]) => scope)
    expect(writes.filter((scope) => scope !== 'id-token')).toEqual([])
    expect(text.includes('id-token')).toBe(text.includes('npm publish'))
  })

  test('puts nothing that somebody outside wrote into a command, and has no token', () => {
    const commands = [...text.matchAll(/run: (.*)$/gm)].map(([, command]) => command)
    for (const command of commands) expect(command).not.toContain('${{')
    expect(text).not.toMatch(/secrets\.|pull_request_target/)
  })
})

test('advisories about what the last release was built with are looked for every day, and before each release', () => {
  const text = readText(`${folder}release.yml`)
  expect(text).toMatch(/schedule:\n {4}- cron: '\d+ \d+ \* \* \*'/)
  const [watch = '', gate = '', publish = ''] = text.split(/\n {2}(?:gate|publish):\n/)
  expect(watch).toContain("if: github.event_name == 'schedule'")
  for (const job of [watch, gate]) expect(job).toContain('npm audit --omit=dev --package-lock-only')
  for (const job of [gate, publish]) expect(job).toContain("if: github.event_name == 'push'")
})

describe('the release', () => {
  const [, gate = '', publish = ''] =
    /^ {2}gate:\n([\s\S]*)^ {2}publish:\n([\s\S]*)$/m.exec(readText(`${folder}release.yml`)) ?? []

  test('publishes the tarball that the gate has packed and tested', () => {
    expect(gate).toMatch(
      /run: \.ci\/run\n {8}env:\n {10}PACKED: packed\n[\s\S]*upload-artifact[\s\S]*path: packed\/\*\.tgz/,
    )
    expect(publish).toMatch(/needs: gate\n[\s\S]*download-artifact[\s\S]*path: packed\n/)
    expect(publish).toMatch(/run: npm publish \.\/packed\/\*\.tgz --ignore-scripts --provenance /)
    expect(readText('.ci/run')).toContain('npm pack --pack-destination "$packed"\n')
  })

  test('installs and runs nothing of the repository in the job that may publish', () => {
    expect(publish).toContain('id-token: write')
    expect(gate).not.toContain('id-token')
    expect(publish).not.toMatch(/actions\/checkout|npm (?:ci|i|install|run|exec)\b|npx|node /)
    expect([...publish.matchAll(/run: /g)]).toHaveLength(1)
  })
})

test('the versions of Node that are tested end with the oldest that package.json allows', () => {
  const { engines } = JSON.parse(readText('package.json'))
  const [, oldest] = /node: \[.*'([\d.]+)'\]/.exec(readText(`${folder}ci.yml`)) ?? []
  expect(engines.node).toBe(`>=${oldest}`)
})
