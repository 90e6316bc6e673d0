import { BadTokens, readToken } from './bad-tokens.js'

/** How often which kind is sent, of a hundred. */
const mix = { hot: 44, fresh: 14, again: 8, brief: 4, old: 6, secret: 4, bad: 20 }
/** Of a fresh token. Machines have an access key that the guard knows. */
const types = { access_token: 4, id_token: 3, user_token: 2, machine: 2 }
const hotTokens = 60
/** Tokens that were hot once, and their keys may be gone. */
const oldTokens = 120

/** The tokens that clients send: a good many users, some of them with the same token again and again. */
export class Tokens {
  #hot = []
  #fresh = []
  #old = []

  constructor(pool, dice, now, weather) {
    this.pool = pool
    this.users = pool.users
    this.dice = dice
    this.now = now
    this.weather = weather
    this.bad = new BadTokens(pool, dice)
  }

  /** One to send: `{ kind, good, appId, kid, exp, identity, headers }`. */
  next() {
    const kind = this.dice.weighted(mix)
    if (kind === 'bad') return this.bad.next(this.#someApp(), this.#victim())
    const token = this[kind]()
    // An application at rest sends nothing at all, hot tokens included.
    return this.weather.resting.has(token.appId) ? { ...this.fresh(), kind: 'fresh' } : { ...token, kind }
  }

  /** A token that the guard may remember, for an attack on that. */
  #victim() {
    const token = this.dice.pick(this.#hot)
    return token === undefined || this.weather.resting.has(token.appId) ? this.fresh() : token
  }

  /** A token of a key that nobody has, each under a `kid` of its own. */
  stranger() {
    return this.bad.stranger(this.#someApp())
  }

  /** One good token of each application, by the key that signs now. */
  latest() {
    return this.pool.apps.map((app) => ({ ...this.#mint(app, 'access_token'), kind: 'last' }))
  }

  hot() {
    const at = Math.floor(this.dice.next() * hotTokens)
    const token = this.#hot[at]
    if (token !== undefined && !this.#isToReplace(token)) return token
    if (token !== undefined) this.#retire(token)
    this.#hot[at] = this.#mint(this.#someApp())
    return this.#hot[at]
  }

  fresh() {
    const token = this.#mint(this.#someApp())
    this.#fresh.push(token)
    if (this.#fresh.length > 200) this.#fresh.shift()
    return token
  }

  /** A second or third time: what the guard begins to remember, and drops for others. */
  again() {
    return this.dice.pick(this.#fresh) ?? this.fresh()
  }

  /** Expires soon, and stays among the hot ones beyond that. */
  brief() {
    const token = this.#mint(this.#someApp(), undefined, Math.round(this.dice.between(3, 40)))
    this.#hot[Math.floor(this.dice.next() * hotTokens)] = token
    return token
  }

  old() {
    return this.dice.pick(this.#old) ?? this.hot()
  }

  /** Verified by a secret, no key of the pool needed: an outage is nothing to it. */
  secret() {
    const { id } = this.dice.pick(this.users)
    const text = this.pool.mint({ type: 'legacy_user_token', userId: id })
    return { good: true, ...readToken(text), identity: { kind: 'user', id, appId: undefined } }
  }

  #isToReplace({ exp, appId, kid }) {
    if (this.now() / 1000 > exp + 15 || this.dice.chance(0.01)) return true
    if (kid === undefined || this.dice.chance(0.7)) return false
    return !this.pool.jwks(appId).keys.some((key) => key.kid === kid)
  }

  #retire(token) {
    this.#old.push(token)
    if (this.#old.length > oldTokens) this.#old.shift()
  }

  #someApp() {
    const active = this.pool.apps.filter(({ appId }) => !this.weather.resting.has(appId))
    return this.dice.pick(active.length > 0 ? active : this.pool.apps)
  }

  #mint({ appId }, type = this.dice.weighted(types), expiresIn = undefined) {
    const isMachine = type === 'machine'
    const id = isMachine ? this.pool.accessKeys[0].accessKeyId : this.dice.pick(this.users).id
    const text = this.pool.mint({ type, appId, expiresIn, [isMachine ? 'accessKeyId' : 'userId']: id })
    const identity = { kind: isMachine ? 'machine' : 'user', id, appId }
    return { good: true, appId, identity, ...readToken(text) }
  }
}
