import { Agent, request } from 'node:http'
import { numberHeader } from './server.js'

/** Milliseconds within which every request must be answered, whatever the pool does, on a machine that is busy too. */
const patience = 10_000
const mostAtOnce = 100
/** Requests that may begin in one turn: a machine that was busy elsewhere does not catch up on what it missed. */
const mostInATurn = 8

/** Sends tokens at a steady rate over kept-alive connections, and has each answer judged. */
export class Traffic {
  #agent = new Agent({ keepAlive: true, maxSockets: 100 })
  #number = 0
  #underway = new Set()
  #timer
  /** Requests that were due while too many were under way. */
  held = 0

  constructor({ port, tokens, weather, oracle, watched, tally, failed }) {
    Object.assign(this, { port, tokens, weather, oracle, watched, tally, failed })
  }

  /** `rate` requests a second, from now on. */
  start(rate) {
    let due = 0
    let strangers = 0
    let last = performance.now()
    this.#timer = setInterval(() => {
      const now = performance.now()
      due += (rate * (now - last)) / 1000
      strangers += ((this.weather.floodRate + 0.5) * (now - last)) / 1000
      last = now
      this.held += Math.max(0, Math.floor(due) - mostInATurn)
      due = Math.min(due, mostInATurn)
      strangers = Math.min(strangers, mostInATurn)
      for (; due >= 1; due--) this.#launch(() => this.tokens.next())
      for (; strangers >= 1; strangers--) this.#launch(() => this.tokens.stranger())
    }, 5)
  }

  async stop() {
    clearInterval(this.#timer)
    await Promise.all(this.#underway)
  }

  close() {
    this.#agent.destroy()
  }

  #launch(make) {
    if (this.#underway.size >= mostAtOnce) {
      this.held++
      return
    }
    const sent = this.send(make()).catch(this.failed)
    this.#underway.add(sent)
    sent.finally(() => this.#underway.delete(sent))
  }

  /** Sends one token; resolves when the answer has been judged. */
  async send(token) {
    const number = String(++this.#number)
    const watch = { token, came: undefined, went: undefined, reason: undefined }
    this.watched.set(number, watch)
    const began = performance.now()
    try {
      const answer = await this.#ask({ ...token.headers, [numberHeader]: number })
      const { verdict, fault, age } = this.oracle.judge(token, answer, watch)
      this.tally.count(token, answer.status, verdict, performance.now() - began, age)
      if (verdict === 'wrong') this.failed(Object.assign(new Error(`${fault}: ${describe(token)}`), { token, watch }))
    } catch (error) {
      this.failed(Object.assign(new Error(`no answer: ${describe(token)}`, { cause: error }), { token, watch }))
    } finally {
      this.watched.delete(number)
    }
  }

  #ask(headers) {
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: this.port,
        path: '/me',
        agent: this.#agent,
        headers,
        timeout: patience,
      }
      const asking = request(options, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part) => {
          text += part
        })
        response.on('error', reject)
        response.on('end', () => {
          const { statusCode: status, headers: answered } = response
          resolve({ status, body: status === 200 ? JSON.parse(text) : undefined, retryAfter: answered['retry-after'] })
        })
      })
      asking.on('timeout', () => asking.destroy(new Error(`not within ${patience} ms`)))
      asking.on('error', reject)
      asking.end()
    })
  }
}

function describe({ kind, good, kid }) {
  return `a ${good ? 'good' : 'bad'} token (${kind}${kid === undefined ? '' : `, kid ${kid.slice(0, 8)}`})`
}
