// @ts-check
// Puts the demo together: a user pool and an API on this machine. No account, no network.
import { createUserPool } from 'authing-guard/testing'
import { createApp } from '../express.js'
import { listen } from '../listen.js'
import { callersOf } from './callers.js'

/**
 * @param {{ port?: string | undefined, print: (line: string) => void }} options without a port the API takes 3000, or
 *   where that is taken a free one
 */
export async function startDemo({ port, print }) {
  const pool = await createUserPool({ users: [{ id: 'ratty', nickname: 'Ratty' }] })
  const accessKeys = pool.accessKeys.map(({ accessKeyId }) => accessKeyId)
  const app = createApp({ ...pool.guardOptions, accessKeys })
  const api = await (port ? listen(app, Number(port)) : listen(app, 3000).catch(() => listen(app)))

  const lostPool = await createUserPool()
  lostPool.goDown()
  const lostApi = await listen(createApp(lostPool.guardOptions))

  print(`The API of examples/express.js listens on ${api.url}. Its users sign in at ${pool.host},`)
  print('a user pool on this machine. Paste a line into another terminal:')
  for (const { who, status, says, url, token } of callersOf(pool, api.url, lostPool, lostApi.url)) {
    const header = token === undefined ? '' : `-H "Authorization: Bearer ${token}" `
    print(`\n# ${status} ${who}\n#     ${says}\ncurl -i ${header}${url}`)
  }
  print('\nPress Ctrl+C to stop.')

  const running = [api, lostApi, pool, lostPool]
  return { close: () => Promise.all(running.map((one) => one.close())) }
}
