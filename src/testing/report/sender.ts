import { request } from 'node:http'
import { maxReports, type RequestReport, reportHeader } from './request-report.js'

/** Reports that wait. More of them are dropped, the oldest first. */
const maxWaiting = 100
/** Milliseconds between the first report and the message with it, so that a busy API sends few messages. */
const pause = 50
/** Milliseconds until a console that does not answer counts as absent. */
const timeout = 2000

export interface SenderOptions {
  /** Of the console, on 127.0.0.1. */
  readonly port: number
  /** Writes a line to the terminal of the API. */
  readonly write: (line: string) => void
  /** Asked before each message. */
  readonly isAllowed: () => boolean
}

/**
 * Sends reports to the console. It never keeps the process alive and never throws: reports that the console does not
 * take are dropped, and the first time a line says so.
 */
export class Sender {
  readonly #options: SenderOptions
  #waiting: RequestReport[] = []
  #isBusy = false
  #hasComplained = false

  constructor(options: SenderOptions) {
    this.#options = options
  }

  readonly add = (report: RequestReport): void => {
    this.#waiting.push(report)
    if (this.#waiting.length > maxWaiting) this.#waiting.shift()
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isBusy || this.#waiting.length === 0) return
    this.#isBusy = true
    setTimeout(() => this.#send(), pause).unref()
  }

  #send(): void {
    const { port, isAllowed } = this.#options
    const requests = this.#waiting.splice(0, maxReports)
    if (!isAllowed()) {
      this.#done()
      return
    }
    // An agent of its own: the API may have replaced the global one, with a proxy say.
    const target = { host: '127.0.0.1', port, path: '/report', method: 'POST', agent: false, timeout }
    const post = request({ ...target, headers: { 'content-type': 'application/json', [reportHeader]: '1' } })
    post.on('socket', (socket) => socket.unref())
    post.on('timeout', () => post.destroy(new Error('no answer')))
    post.on('error', ({ message }) => this.#done(message))
    post.on('response', (response) => {
      response.resume()
      this.#done(response.statusCode === 200 ? undefined : `status ${response.statusCode}`)
    })
    post.end(JSON.stringify({ requests }))
  }

  #done(failure?: string): void {
    this.#isBusy = false
    if (failure === undefined) {
      this.#schedule()
      return
    }
    this.#waiting = []
    if (this.#hasComplained) return
    this.#hasComplained = true
    const { port, write } = this.#options
    write(
      `authing-guard/testing/report: the console at http://127.0.0.1:${port} does not take reports (${failure}). Start it with npx authing-guard dev, or set AUTHING_GUARD_CONSOLE to its address. Requests are not reported until then.`,
    )
  }
}
