import { Lru } from '../common/lru.js'

/** Milliseconds between two lines, at least. */
const interval = 1000
/** Lines that are remembered, so that none is written twice. */
const maxLines = 100

/** What was refused: a `GuardError`, or a webhook. */
interface Refused {
  readonly status: number
  readonly reason: string
  readonly detail: string
}

/** Where lines are written. */
export interface Terminal {
  /** Asked at the first refusal and not when the guard is made: `process.stderr` costs a cold start two milliseconds. */
  isThere(): boolean
  write(line: string): void
}

/**
 * Writes why requests are refused to the terminal of a developer, whose error handler rightly hides it. Each line is
 * written once, and one a second at most. It holds the method, the status, the reason and `detail`: no path, no query and
 * no claim.
 */
export class DevelopmentLog {
  readonly #written = new Lru<string, true>({ maxEntries: maxLines, maxWeight: maxLines, weightOf: () => 1 })
  #lastAt: number | undefined
  #isThere: boolean | undefined

  constructor(
    private readonly now: () => number,
    private readonly terminal: Terminal,
  ) {}

  note({ status, reason, detail }: Refused, request: unknown): void {
    this.#isThere ??= this.terminal.isThere()
    if (!this.#isThere) return
    const method = methodOf(request)
    const line = `authing-guard: ${method === '' ? '' : `${method} `}${status} ${reason}: ${detail}`
    const now = this.now()
    const isFirst = this.#lastAt === undefined
    // A clock that was set back does not silence it.
    const isSoon = this.#lastAt !== undefined && now >= this.#lastAt && now < this.#lastAt + interval
    if (isSoon || this.#written.get(line) !== undefined) return
    this.#lastAt = now
    this.#written.set(line, true)
    this.terminal.write(isFirst ? `${line} (written in development only; developmentLog: false turns this off)` : line)
  }
}

/** The HTTP method of a host's request, or `''`. An object of the user's may throw or hold anything there. */
function methodOf(request: unknown): string {
  try {
    const method: unknown = Reflect.get(Object(request), 'method')
    return typeof method === 'string' && /^[A-Z]{1,16}$/.test(method) ? method : ''
  } catch {
    return ''
  }
}
