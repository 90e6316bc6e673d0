import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What a request is for: the page, one of its files, a token for a shell, the state to show, an action, or a report. */
export type Area = 'page' | 'file' | 'token' | 'state' | 'action' | 'report'

/** Why a request is refused. The page has a text for each. */
export interface Refusal {
  readonly status: number
  readonly error: 'wrong_host' | 'foreign_page' | 'other_run' | 'not_json'
}

const foreign: Refusal = { status: 403, error: 'foreign_page' }
const notJson: Refusal = { status: 415, error: 'not_json' }

/** Whether `Sec-Fetch-Site` allows the request. Only browsers send it; curl does not. */
const isOwn = ({ 'sec-fetch-site': site }: IncomingHttpHeaders, ...allowed: readonly string[]): boolean =>
  site === undefined || allowed.includes(String(site))

const isNavigation = (headers: IncomingHttpHeaders): boolean =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'

const isJsonType = (type = ''): boolean => /^application\/json(?:; ?charset=utf-8)?$/i.test(type)

/**
 * Admits only a shell on this machine and the console's own page. Any other page could issue tokens: with a form or a
 * script (refused by `Origin`, `Sec-Fetch-Site`, the content type and the missing key), or under a host name that
 * resolves to loopback (refused by `Host`).
 */
export class Gate {
  readonly #hosts: readonly string[]
  readonly #key: Buffer

  /** `key` is new in each run and is in the page: a script that sends it has read the page. */
  constructor(port: number, key: string) {
    this.#hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
    this.#key = Buffer.from(key)
  }

  /** Why the request is refused, or undefined. */
  refusal(area: Area, headers: IncomingHttpHeaders): Refusal | undefined {
    const host = String(headers.host).toLowerCase()
    if (!this.#hosts.includes(host)) return { status: 421, error: 'wrong_host' }
    return this.#rules[area](headers, `http://${host}`)
  }

  readonly #rules: Readonly<Record<Area, (headers: IncomingHttpHeaders, own: string) => Refusal | undefined>> = {
    // Any page may link to the console: a top-level page is neither in a frame nor within reach of its opener.
    page: (headers) => (isOwn(headers, 'none', 'same-origin') || isNavigation(headers) ? undefined : foreign),
    file: (headers) => (isOwn(headers, 'none', 'same-origin') ? undefined : foreign),
    // For a shell only: no page asks for it, not even the console's.
    token: (headers) => (isOwn(headers, 'none') && headers.origin === undefined ? undefined : foreign),
    // For a process on this machine only. A browser always sends one of the two with POST, and JSON needs its consent.
    report: (headers) => {
      if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return foreign
      return isJsonType(headers['content-type']) ? undefined : notJson
    },
    state: (headers, own) => {
      if (!isOwn(headers, 'same-origin') || (headers.origin ?? own) !== own) return foreign
      return this.#isKeyed(headers) ? undefined : { status: 403, error: 'other_run' }
    },
    action: (headers, own) => {
      if (headers.origin !== own) return foreign
      if (!isJsonType(headers['content-type'])) return notJson
      return this.#rules.state(headers, own)
    },
  }

  #isKeyed(headers: IncomingHttpHeaders): boolean {
    const given = Buffer.from(String(headers['x-console-key']))
    return given.length === this.#key.length && timingSafeEqual(given, this.#key)
  }
}
