import { cp, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { root, run } from './pack.js'
import { linkNest, packed } from './tarball.js'

// Copies of the package in one process: the ESM and the CJS build, and a second folder of each.

const place = packed()
let report: Readonly<Record<string, unknown>> = {}

beforeAll(async () => {
  const installed = join(place.consumer, 'node_modules')
  const second = join(place.consumer, 'second', 'node_modules')
  await cp(join(installed, 'authing-guard'), join(second, 'authing-guard'), { recursive: true })
  for (const name of ['jose', 'lru.min']) await symlink(join(installed, name), join(second, name))
  await linkNest(place.consumer)
  await cp(join(root, 'test/package/consumer/two-copies.mjs'), join(place.consumer, 'two-copies.mjs'))
  await writeFile(join(place.consumer, 'second', 'package.json'), '{}')
  const { stdout } = await run('node', ['two-copies.mjs'], place.consumer)
  report = JSON.parse(stdout)
}, 300_000)

describe.each(['esm', 'cjs', 'second esm', 'second cjs'])(
  'a request that the guard of the %s build admits',
  (guard) => {
    test.each(['esm', 'cjs', 'second esm', 'second cjs'])('has its identity in the %s build', (reader) => {
      expect(report[`${guard} > ${reader}`]).toEqual({
        identity: 'user',
        maybe: 'user',
        refusal: 401,
        notVerifiedAgain: true,
        withoutToken: 401,
        decorators: { admitted: true, required: 403, withoutGuard: true },
      })
    })
  },
)

test('a record of an unknown version is absent in every copy, and the message names the two copies', () => {
  expect(report['unknown version']).toEqual(Array(4).fill([null, true]))
})
