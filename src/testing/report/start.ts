import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { isProduction } from '../production.js'
import { invalid } from '../validation.js'
import { consolePortOf } from './address.js'
import { Requests } from './requests.js'
import { Sender } from './sender.js'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reports the requests of this process's HTTP servers to the console of `npx authing-guard dev`. The returned function
 * ends it.
 *
 * @throws {TypeError} if `NODE_ENV` is `production`, or `AUTHING_GUARD_CONSOLE` is not an address on loopback.
 */
export const startReport = (env: Environment, write: (line: string) => void): (() => void) => {
  if (isProduction(env)) {
    throw invalid('report is for development only; start the API without --import under NODE_ENV=production')
  }
  const port = consolePortOf(env['AUTHING_GUARD_CONSOLE'] || undefined)
  // The application may set NODE_ENV only after this has started.
  const sender = new Sender({ port, write, isAllowed: () => !isProduction(env) })
  const requests = new Requests(() => performance.now(), sender.add)
  const listeners = [
    ['http.server.request.start', requests.onStart],
    ['authing-guard', requests.onEvent],
    ['http.server.response.finish', requests.onFinish],
  ] as const
  for (const [name, listener] of listeners) subscribe(name, listener)
  return () => {
    for (const [name, listener] of listeners) unsubscribe(name, listener)
  }
}
