import { AsyncLocalStorage } from 'node:async_hooks'
import { maxDetail, type Outcome, type RequestReport, reportHeader } from './request-report.js'

type Verdict = Pick<RequestReport, 'outcome' | 'reason' | 'detail'>

/** A request that is being answered. */
interface Open {
  readonly method: string
  readonly startedAt: number
  verdict: Verdict
}

const refusal = (outcome: Outcome, reason: unknown, detail: unknown): Verdict => ({
  ...{ outcome, reason: String(reason), detail: String(detail).slice(0, maxDetail) },
})

/** What an event says about the request that it belongs to; undefined if it says nothing. */
const verdictOf = (event: unknown): Verdict | undefined => {
  const { type, wouldHave, kind, reason, detail } = Object(event)
  if (type === 'verified' || type === 'anonymous') return { outcome: type }
  if (type === 'refused') return refusal('refused', reason, detail)
  if (type !== 'observed') return undefined
  if (wouldHave === 'refused') return refusal('would_refuse', reason, detail)
  return wouldHave === 'passed' ? { outcome: kind === undefined ? 'anonymous' : 'verified' } : undefined
}

/**
 * Joins the requests of a process's HTTP servers with the events of its guards: an event belongs to the request in whose
 * asynchronous context it is published. The messages are those of Node's channels `http.server.*` and of `authing-guard`.
 */
export class Requests {
  readonly #current = new AsyncLocalStorage<Open>()
  readonly #open = new WeakMap<object, Open>()

  /** `now` is in milliseconds, from any origin. */
  constructor(
    private readonly now: () => number,
    private readonly report: (report: RequestReport) => void,
  ) {}

  readonly onStart = (message: unknown): void => {
    const { request } = Object(message)
    if (Object(request).headers?.[reportHeader] !== undefined) return
    const open: Open = {
      method: String(Object(request).method),
      startedAt: this.now(),
      verdict: { outcome: 'unguarded' },
    }
    this.#open.set(Object(request), open)
    this.#current.enterWith(open)
  }

  /** The last event counts: a caller is verified first, and may be refused by a requirement of the route. */
  readonly onEvent = (message: unknown): void => {
    const open = this.#current.getStore()
    const verdict = verdictOf(Object(message).event)
    if (open !== undefined && verdict !== undefined) open.verdict = verdict
  }

  readonly onFinish = (message: unknown): void => {
    const { request, response } = Object(message)
    const open = this.#open.get(Object(request))
    // The server was asked before this one listened, or got a report itself.
    if (open === undefined) return
    const { method, startedAt, verdict } = open
    const ms = Math.max(0, Math.round(this.now() - startedAt))
    this.report({ method, status: Number(Object(response).statusCode), ms, ...verdict })
  }
}
