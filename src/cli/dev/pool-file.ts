import { readFile } from 'node:fs/promises'
import type { Algorithm } from '../../testing/algorithm.js'
import { isJson, type Json } from '../../testing/jws.js'
import type { UserPoolOptions } from '../../testing/options.js'
import { mistake } from '../../testing/validation.js'

/** The pool as it starts where nobody says otherwise. Ids stay the same from run to run; keys and secrets never do. */
const usual: UserPoolOptions = {
  userPoolId: '59f86b4832eb28071bdd9214',
  accessKeys: [{ accessKeyId: '60d5ec49f1a2b3c4d5e6f708' }],
  users: [
    {
      id: '5f9976a7389b6dccb23a4c54',
      ...{ username: 'mick', nickname: 'Mick', email: 'mick@example.com', emailVerified: true, roles: ['admin'] },
    },
    {
      id: '5f9976a7389b6dccb23a4c55',
      ...{ username: 'lin', nickname: '林小满', phone: '13800000000', phoneVerified: true, roles: ['editor'] },
    },
    { id: '5f9976a7389b6dccb23a4c56', username: 'sam', nickname: 'Sam', status: 'Suspended' },
  ],
  grants: [
    { role: 'admin', resource: '*', action: '*' },
    { role: 'editor', resource: 'book:*', action: 'book:*' },
    { role: 'editor', resource: 'book:*', action: 'book:delete', effect: 'deny' },
  ],
}

/** The README's examples have the first. A restart leaves what was pasted into an environment as good as it was. */
const appIdOf = (at: number): string => `5f17a529f64fb009b794${(0xa2ff + at).toString(16)}`

/** One application for each algorithm. Several share the pool's port, each with an issuer of its own. */
const applicationsFor = (algorithms: readonly Algorithm[]): UserPoolOptions => ({
  apps: algorithms.map((algorithm, at) => ({ algorithm, appId: appIdOf(at) })),
  layout: algorithms.length > 1 ? 'path-per-app' : 'domain-per-app',
})

const readJson = async (path: string): Promise<Json> => {
  const text = await readFile(path, 'utf8')
  const value: unknown = JSON.parse(text)
  if (isJson(value)) return value
  throw mistake(`${path} must hold a JSON object: what createUserPool takes`)
}

/** The options of the pool: the usual ones, and over them those of a file, which `createUserPool` checks. */
export async function poolOptionsOf(
  file: string | undefined,
  algorithms: readonly Algorithm[],
): Promise<UserPoolOptions> {
  const given = file === undefined ? {} : await readJson(file)
  return { ...usual, ...applicationsFor(algorithms), ...given }
}
