import { invalid } from '../validation.js'

/** Where `npx authing-guard dev` has its console, unless `--port` says otherwise. */
export const defaultConsole = 'http://127.0.0.1:4567'

const loopback = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})\/?$/i

/**
 * The console's port. Only the port is taken from the address: reports go to 127.0.0.1 alone, whatever a name resolves to.
 *
 * @throws {TypeError} if the address is not on loopback.
 */
export const consolePortOf = (address = defaultConsole): number => {
  const port = Number(loopback.exec(address)?.[1])
  if (port > 0 && port <= 65_535) return port
  throw invalid(
    'AUTHING_GUARD_CONSOLE must be the address of the console on this machine, as `npx authing-guard dev` prints it, like http://127.0.0.1:4567',
  )
}
