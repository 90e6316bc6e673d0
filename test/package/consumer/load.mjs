// Imports and requires every entry: what each exports, and whether all of one format share one GuardError.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const subpaths = JSON.parse(process.argv[2] ?? '[]')

const describe = (modules) => ({
  exports: Object.fromEntries(subpaths.map((subpath, at) => [subpath, Object.keys(modules[at]).sort()])),
  errors: new Set(modules.flatMap(({ GuardError }) => GuardError ?? [])).size,
  names: [...new Set(modules.flatMap(({ GuardError }) => GuardError?.name ?? []))],
})

const imported = await Promise.all(subpaths.map((subpath) => import(`authing-guard${subpath}`)))
const required = subpaths.map((subpath) => require(`authing-guard${subpath}`))
const { createUserPool } = require('authing-guard/testing')
const pool = await createUserPool()
const token = pool.mint()
const refused = []
for (const { createGuard, GuardError } of [imported[0], required[0]]) {
  const guard = createGuard(pool.guardOptions)
  const { kind } = await guard.verifyToken(token)
  const error = await guard.verifyToken(`${token}x`).catch((reason) => reason)
  refused.push(kind === 'user' && error instanceof GuardError && error.name === 'GuardError' && error.status)
}
// A guard of one format with an adapter of the other.
const handler = required[subpaths.indexOf('/fetch')].withIdentity(imported[0].createGuard(pool.guardOptions), () =>
  Response.json({}),
)
const headers = { authorization: `Bearer ${token}` }
const statuses = [
  (await handler(new Request('http://localhost/', { headers }))).status,
  (await handler(new Request('http://localhost/'))).status,
]
await pool.close()
process.stdout.write(JSON.stringify({ imported: describe(imported), required: describe(required), refused, statuses }))
