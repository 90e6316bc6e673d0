import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readPage, root } from './markdown.js'
import { targetOf } from './pages.js'

// The glossary and the architecture decision records: complete, in a fixed form, and linked.

const folder = 'docs/adr/'
const names = readdirSync(new URL(folder, root)).sort()
const records = names.filter((name) => name !== 'README.md')
const index = readPage(`${folder}README.md`)

test('the glossary defines at most 30 terms, in alphabetical order', () => {
  const [table = []] = readPage('docs/glossary.md').tables
  const terms = table.map(([term = '']) => term.replaceAll('`', '').toLowerCase())
  expect(terms.length).toBeGreaterThan(0)
  expect(terms.length).toBeLessThanOrEqual(30)
  expect(terms).toEqual([...terms].sort())
})

test('the decision records are numbered from 0001 without gaps', () => {
  expect(records.length).toBeGreaterThan(0)
  expect(records.map((name) => name.slice(0, 5))).toEqual(records.map((_, at) => `${String(at + 1).padStart(4, '0')}-`))
})

test('the index of decision records lists every record with its status', () => {
  expect(index.links).toEqual(records)
  const [table = []] = index.tables
  expect(table.map(([, , status]) => status)).toEqual(
    records.map((name) => /^- Status: (.+)$/m.exec(readPage(folder + name).text)?.[1]),
  )
})

describe.each(records)('the decision record %s', (name) => {
  const page = readPage(folder + name)

  test('has a title with its number, a status, a date, and the three sections', () => {
    expect(page.text).toMatch(/^# (\d{4}): .+\n\n- Status: .+\n- Date: \d{4}-\d\d-\d\d\n\n## Context\n/)
    expect(page.text.slice(2, 6)).toBe(name.slice(0, 4))
    expect([...page.text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'Context',
      'Decision',
      'Consequences',
    ])
  })

  test('links only to files that exist', () => {
    for (const link of page.links) expect(existsSync(new URL(targetOf(page, link), root)), link).toBe(true)
  })
})
