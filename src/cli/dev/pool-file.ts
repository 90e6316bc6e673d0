import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Algorithm } from '../../testing/algorithm.js'
import { parseJson } from '../../testing/jws.js'
import type { UserPoolOptions } from '../../testing/options.js'
import type { Translate } from '../language/texts.js'

/** The default pool. Its ids are the same in each run; its keys and secrets never are. */
const defaults: UserPoolOptions = {
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

/** The same in each run, so that a pasted environment stays right after a restart. The README shows the first one. */
const appIdOf = (at: number): string => `5f17a529f64fb009b794${(0xa2ff + at).toString(16)}`

/** One application for each algorithm. Several applications share the port of the pool, each with its own issuer. */
const applicationsFor = (algorithms: readonly Algorithm[]): UserPoolOptions => ({
  apps: algorithms.map((algorithm, at) => ({ algorithm, appId: appIdOf(at) })),
  layout: algorithms.length > 1 ? 'path-per-app' : 'domain-per-app',
})

/** The file of `--pool` cannot be used. The message names it. */
export class PoolFileError extends Error {
  override readonly name = 'PoolFileError'
}

const readText = async (file: string, t: Translate<'dev'>): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = Object(error)
    const path = resolve(file)
    throw new PoolFileError(code === 'ENOENT' ? t('poolMissing', { path }) : t('poolUnread', { path, code }))
  }
}

/**
 * The options of the pool: the defaults, replaced by those of a file. `createUserPool` checks them.
 *
 * @throws {PoolFileError}
 */
export async function poolOptionsOf(
  file: string | undefined,
  algorithms: readonly Algorithm[],
  t: Translate<'dev'>,
): Promise<UserPoolOptions> {
  const given = file === undefined ? {} : parseJson(await readText(file, t))
  if (given === undefined) throw new PoolFileError(t('poolNotJson', { path: resolve(String(file)) }))
  return { ...defaults, ...applicationsFor(algorithms), ...given }
}
