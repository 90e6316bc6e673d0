import { createServer } from 'node:net'

// Below what any kernel hands out by itself, to servers on port 0 and to clients: a port from there that was free for a
// moment may be somebody's client's by the time that it is wanted.
const [first, last] = [12_000, 30_000] as const

/** The first of `count` ports in a row that are free, and are handed to nobody who does not ask for them by number. */
export async function quietPort(count = 1): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = first + Math.floor(Math.random() * (last - first))
    const ports = Array.from({ length: count }, (_, at) => port + at)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return port
  }
  throw new Error('no port is free')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
