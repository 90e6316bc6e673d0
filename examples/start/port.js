// @ts-check
// Listens on the port that was asked for, on 3000, or where that is taken on a free one.
import { listen } from '../listen.js'

/**
 * @param {string | undefined} port
 * @param {import('node:http').RequestListener} app
 * @param {(line: string) => void} print
 */
export async function listenOn(port, app, print) {
  if (port) {
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
      throw new Error(`PORT must be a whole number from 0 to 65535, not ${JSON.stringify(port)}`)
    }
    return listen(app, Number(port)).catch((error) => {
      throw new Error(`Port ${port} cannot be used (${error.code}). Choose another one: PORT=3001 npm start`)
    })
  }
  return listen(app, 3000).catch((error) => {
    print(`Port 3000 cannot be used (${error.code}), so here is another one.`)
    return listen(app)
  })
}
