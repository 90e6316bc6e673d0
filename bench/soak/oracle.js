// What the guard may answer to a token, from what the ledger knows: the judge of the soak.

/** Milliseconds that the guard's own look at the clock and the ledger's may be apart. */
const slack = 1000
/** Seconds after `exp` for which a token still passes: the default of the option `clockTolerance`. */
const tolerance = 5
/** Seconds: no back-off is longer, and neither is a Retry-After. */
const longestBackOff = 30
/** Seconds until tokens with unknown `kid`s are allowed one fetch more. */
const budgetRefill = 15

const fine = (verdict) => ({ verdict })
const wrong = (fault) => ({ verdict: 'wrong', fault })

export class Oracle {
  constructor(ledger, lifetimes) {
    this.ledger = ledger
    /** Milliseconds after which keys serve no more, whatever the fault. */
    this.serveFor = (lifetimes.maxAge + lifetimes.staleIfError) * 1000
  }

  /**
   * `token`: what was sent. `answer`: `{ status, body, retryAfter }`. `came` and `went`: the marks of when the request
   * stood before the guard and when the guard had decided; `reason` is the guard's own. Returns `{ verdict, fault }`:
   *
   * - `in`, `refused`: as it must be
   * - `outage`: 503, in a true outage
   * - `unasked`: 503 to a token of a key that the guard does not know, while the budget for unknown `kid`s is used up;
   *   `age` is then for how long the key has been there to fetch, in seconds
   * - `wrong`: never
   */
  judge(token, answer, { came, went, reason }) {
    const { status } = answer
    if (came === undefined || went === undefined) return wrong(`the guard never decided, and the answer was ${status}`)
    const life = token.kid === undefined ? undefined : this.ledger.lifeOf(token.appId, token.kid)
    const has = life !== undefined && life.learned < came.step && !(life.dropped < went.step)
    if (status === 200) return this.#letIn(token, answer, came, went, life)
    if (status === 503) return this.#outage(answer, went, has, reason, token)
    if (status !== 400 && status !== 401) return wrong(`the status is ${status}`)
    return token.good ? this.#refused(token, status, came, went, life, has, reason) : fine('refused')
  }

  #letIn(token, { body }, came, went, life) {
    if (!token.good) return wrong('a bad token was let in')
    if (came.at >= (token.exp + tolerance) * 1000) return wrong('an expired token was let in')
    const { kind, id, appId } = token.identity
    if (body?.kind !== kind || body.id !== id || body.appId !== appId) {
      return wrong(`let in as ${JSON.stringify(body)}, and it is ${JSON.stringify(token.identity)}`)
    }
    if (life === undefined) return fine('in')
    if (life.learned === undefined || life.learned > went.step)
      return wrong('let in by a key that the guard never read')
    if (life.dropped < came.step) return wrong('a token of a removed key was let in')
    if (came.readAt === went.readAt && came.at - came.readAt > this.serveFor + slack) {
      return wrong(`let in by keys that were read ${(came.at - came.readAt) / 1000} s before`)
    }
    return fine('in')
  }

  #outage({ retryAfter }, went, has, reason, token) {
    if (reason !== 'keys_unavailable') return wrong(`503 for ${reason}`)
    if (!(Number(retryAfter) >= 1 && Number(retryAfter) <= longestBackOff)) return wrong(`Retry-After is ${retryAfter}`)
    if (!token.takesKey) return wrong('503 to a token that needs no key of the JWKS')
    if (went.failedAt === undefined) {
      if (has || !this.#isUsedUp(token, went)) return wrong('503, and the last fetch did not fail')
      const { publishedAt = went.at, withdrawn } = this.ledger.lifeOf(token.appId, token.kid)
      const age = withdrawn === undefined ? (went.at - publishedAt) / 1000 : 0
      // The next fetch that the budget allows brings the key, whoever causes it.
      if (age > budgetRefill + (2 * slack) / 1000) return wrong(`503, and the key has been published for ${age} s`)
      return { verdict: 'unasked', age }
    }
    if (went.at - went.failedAt > longestBackOff * 1000 + slack) return wrong('503, and no fetch failed within 30 s')
    const serves = went.readAt !== undefined && went.at - went.readAt < this.serveFor - slack
    return has && serves ? wrong('503, and the key is at hand') : fine('outage')
  }

  #refused(token, status, came, went, life, has, reason) {
    if (reason === 'expired_token' && went.at >= (token.exp + tolerance) * 1000) return fine('refused')
    if (reason !== 'unknown_key' || life === undefined) return wrong(`a good token was refused: ${status} ${reason}`)
    if (has) return wrong('a good token was refused as of an unknown key, and the guard has the key')
    const isPublished = life.published < came.step && !(life.withdrawn < went.step)
    if (!isPublished) return fine('refused')
    const age = (went.at - life.publishedAt) / 1000
    return wrong(
      `a good token of a key published ${age} s before was refused; the set was ${this.#sinceRead(went)} s old`,
    )
  }

  #sinceRead({ at, readAt = 0 }) {
    return (at - readAt) / 1000
  }

  /** The budget is used up only by fetches, the last of them within the time of its refill. */
  #isUsedUp({ appId }, went) {
    const app = this.ledger.apps.get(appId)
    return app !== undefined && app.sought > 0 && this.#sinceRead(went) <= budgetRefill + slack / 1000
  }
}
