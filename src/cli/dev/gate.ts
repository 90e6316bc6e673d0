import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/**
 * What a request is for: the page itself, a file of it, a token for a shell, what the page shows, or what its buttons
 * do.
 */
export type Area = 'page' | 'file' | 'token' | 'state' | 'action'

/** Why a request gets no answer; the page has words for each. */
export interface Refusal {
  readonly status: number
  readonly error: 'wrong_host' | 'foreign_page' | 'other_run' | 'not_json'
}

const foreign: Refusal = { status: 403, error: 'foreign_page' }

/** Whether a browser says that no page at all, or the console's own, has sent it. Curl says nothing. */
const isOwn = ({ 'sec-fetch-site': site }: IncomingHttpHeaders, ...allowed: readonly string[]): boolean =>
  site === undefined || allowed.includes(String(site))

const isNavigation = (headers: IncomingHttpHeaders): boolean =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'

const isJsonType = (type = ''): boolean => /^application\/json(?:; ?charset=utf-8)?$/i.test(type)

/**
 * Keeps everybody out but this machine's shell and the console's own page. A page elsewhere could otherwise mint: by a
 * form or a script (its `Origin`, `Sec-Fetch-Site`, the type of the body and the missing key give it away), or by a name
 * of its own that leads to loopback (its `Host` does).
 */
export class Gate {
  readonly #hosts: readonly string[]
  readonly #key: Buffer

  /** The `key` is in the page, fresh for each run: whoever sends it has read the page. */
  constructor(port: number, key: string) {
    this.#hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
    this.#key = Buffer.from(key)
  }

  /** Why the request gets no answer, undefined where it gets one. */
  refusal(area: Area, headers: IncomingHttpHeaders): Refusal | undefined {
    const host = String(headers.host).toLowerCase()
    if (!this.#hosts.includes(host)) return { status: 421, error: 'wrong_host' }
    return this.#rules[area](headers, `http://${host}`)
  }

  readonly #rules: Readonly<Record<Area, (headers: IncomingHttpHeaders, own: string) => Refusal | undefined>> = {
    // A link to the console may be anywhere; what it opens is no frame, and nothing that its opener can reach.
    page: (headers) => (isOwn(headers, 'none', 'same-origin') || isNavigation(headers) ? undefined : foreign),
    file: (headers) => (isOwn(headers, 'none', 'same-origin') ? undefined : foreign),
    // For a shell. No page asks for it, not even the console's.
    token: (headers) => (isOwn(headers, 'none') && headers.origin === undefined ? undefined : foreign),
    state: (headers, own) => {
      if (!isOwn(headers, 'same-origin') || (headers.origin ?? own) !== own) return foreign
      return this.#isKeyed(headers) ? undefined : { status: 403, error: 'other_run' }
    },
    action: (headers, own) => {
      if (headers.origin !== own) return foreign
      if (!isJsonType(headers['content-type'])) return { status: 415, error: 'not_json' }
      return this.#rules.state(headers, own)
    },
  }

  #isKeyed(headers: IncomingHttpHeaders): boolean {
    const given = Buffer.from(String(headers['x-console-key']))
    return given.length === this.#key.length && timingSafeEqual(given, this.#key)
  }
}
