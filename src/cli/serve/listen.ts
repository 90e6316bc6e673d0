import { lstat, unlink } from 'node:fs/promises'
import { connect, type ListenOptions, type Server } from 'node:net'

/** Where to listen: a port of an address, or a Unix socket. */
export type Place = { readonly host: string; readonly port: number } | { readonly socket: string }

/** Listens, and resolves with where: a URL, or the path of the socket. Rejects with Node's own error. */
export async function listen(server: Server, place: Place): Promise<string> {
  if ('socket' in place) {
    await removeStale(place.socket)
    // The folder says who may use it: by the usual mask, only this user could.
    await listening(server, { path: place.socket, readableAll: true, writableAll: true })
    return place.socket
  }
  await listening(server, place)
  const { port } = Object(server.address())
  return `http://${place.host.includes(':') ? `[${place.host}]` : place.host}:${port}`
}

function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Removes a socket that a process left behind when it was killed. Any other file stays, and so does one in use. */
async function removeStale(path: string): Promise<void> {
  const file = await lstat(path).catch(() => undefined)
  if (file?.isSocket() && !(await isInUse(path))) await unlink(path)
}

function isInUse(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => resolve(Object(error).code !== 'ECONNREFUSED'))
  })
}
