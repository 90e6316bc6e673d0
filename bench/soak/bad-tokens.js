import { randomUUID } from 'node:crypto'

/** What each token of a user pool can be, for the mint to say of each kind of wrong whether it goes with it. */
const types = ['access_token', 'id_token', 'user_token', 'legacy_user_token', 'machine', 'delegate', 'management_token']

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The names that a function of the pool takes, from what it says to one that it does not know. */
export function namesOf(call) {
  try {
    call('?')
  } catch (error) {
    const [, list = ''] = error.message.split(' must be one of ')
    const names = list.match(/\w+/g)
    if (names !== null) return names
  }
  throw new Error('the pool does not say which names it knows')
}

/** What a token says of itself that the judge has to know: its key, whether it takes one of the JWKS, its end. */
export function readToken(text) {
  const [header, claims] = text.split('.').map(parse)
  const kid = typeof header?.kid === 'string' ? header.kid : undefined
  const takesKey = header?.alg !== undefined && header.alg !== 'HS256'
  return { text, kid, takesKey, exp: claims?.exp, headers: { authorization: `Bearer ${text}` } }
}

function parse(segment) {
  try {
    return JSON.parse(Buffer.from(segment, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** Tokens that must never be let in. */
export class BadTokens {
  #combinations

  constructor(pool, dice) {
    this.pool = pool
    this.dice = dice
    this.#combinations = this.#findCombinations()
  }

  /** Of that application; or made of the victim, a good token. */
  next({ appId }, victim) {
    const kind = this.dice.weighted({ wrong: 12, unwelcome: 2, tampered: 3, noise: 3 })
    return { good: false, appId, ...(kind === 'tampered' ? this.tampered(victim) : this[kind](appId)) }
  }

  /** One of every kind that the pool mints. */
  wrong(appId) {
    const [type, wrong] = this.dice.pick(this.#combinations.get(appId))
    return { kind: `wrong: ${wrong}`, ...readToken(this.pool.mint({ type, appId, defect: wrong })) }
  }

  /** Genuine, and nobody whom the guard lets in: an access key that it was not told, one that acts for a user. */
  unwelcome(appId) {
    const [known, unknown] = this.pool.accessKeys
    const options = this.dice.pick([
      { type: 'machine', accessKeyId: unknown.accessKeyId },
      { type: 'delegate', accessKeyId: known.accessKeyId },
      { type: 'management_token' },
    ])
    return { kind: 'unwelcome', ...readToken(this.pool.mint({ appId, ...options })) }
  }

  /** A good token of late with one character changed, its claims raised, or another's signature under it. */
  tampered({ appId, text: good }) {
    const [header, claims, signature] = good.split('.')
    const raised = { ...parse(claims), sub: this.dice.pick(this.pool.users).id, exp: 9_999_999_999 }
    const forged = [
      () => `${header}.${Buffer.from(JSON.stringify(raised)).toString('base64url')}.${signature}`,
      () => this.#changed(good),
      () => `${header}.${claims}.${this.pool.mint({ appId }).split('.')[2]}`,
    ]
    return { kind: 'tampered', appId, ...readToken(this.dice.pick(forged)()) }
  }

  /** Not a token at all, or no header that holds one. */
  noise() {
    const length = Math.floor(this.dice.between(1, 4000))
    const text = Array.from({ length }, () => this.dice.pick(letters)).join('')
    const good = this.pool.mint()
    const authorization = this.dice.pick([
      `Bearer ${text}`,
      `Bearer ${text.slice(0, 40)}.${text.slice(40, 200)}.${text.slice(200, 500)}`,
      'Bearer',
      'Basic dXNlcjpwYXNzd29yZA==',
      `Bearer ${good}, Bearer ${good}`,
      [`Bearer ${good}`, `Bearer ${good}`],
      `Bearer ${good}.${text.slice(0, 9)}`,
      good,
    ])
    return { kind: 'noise', kid: undefined, takesKey: false, headers: { authorization } }
  }

  /** By a key that nobody has published, each under a `kid` of its own. */
  stranger({ appId }) {
    const text = this.pool.mint({ type: 'access_token', appId, defect: 'other_key', header: { kid: randomUUID() } })
    return { good: false, kind: 'unknown kid', appId, ...readToken(text) }
  }

  #changed(text) {
    const at = Math.floor(this.dice.next() * (text.length - 2))
    if (text[at] === '.') return this.#changed(text)
    // Base64url's last character may hold bits that say nothing; the middle ones all count.
    const other = letters[(letters.indexOf(text[at]) + 1 + Math.floor(this.dice.next() * 62)) % 64]
    return text.slice(0, at) + other + text.slice(at + 1)
  }

  #findCombinations() {
    const wrongs = namesOf((wrong) => this.pool.mint({ defect: wrong }))
    const perApp = this.pool.apps.map(({ appId }) => {
      const all = types.flatMap((type) => wrongs.map((wrong) => [type, wrong]))
      return [appId, all.filter(([type, wrong]) => this.#makesSense(appId, type, wrong))]
    })
    return new Map(perApp)
  }

  #makesSense(appId, type, wrong) {
    // Signed by the application's own key; that it names another pool is nothing that a guard of the application reads.
    if (type === 'user_token' && wrong === 'other_user_pool') return false
    try {
      this.pool.mint({ appId, type, defect: wrong })
      return true
    } catch (error) {
      if (error instanceof TypeError) return false
      throw error
    }
  }
}
