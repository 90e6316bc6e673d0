import { type ApplicationOptions, createGuard, type Guard, type GuardEvent } from 'authing-guard'
import { keyPair, type Part, tokenBy } from '../support/forge.js'
import { withParts } from '../support/parts.js'
import { accessClaims, appId, issuer, now } from '../support/world.js'

// Several processes in one: guards with nothing in common but a store, a clock and an issuer.

export const secret = 'a secret that all the instances know'
export const key = keyPair('ES256', 'kid-1')

let last = 0
/** A token of its own; the claims go on top. */
export const token = (claims: object = {}) =>
  tokenBy(key, { ...accessClaims, jti: `token-${++last}`, ...claims } as Part)

type Fault = 'none' | 'down' | 'paused' | 'throwing'

/** A store in this process that keeps its values by the test's clock, and fails as it is told. */
export class FakeClient {
  readonly values = new Map<string, unknown>()
  readonly #until = new Map<string, number>()
  readonly calls: string[] = []
  fault: Fault = 'none'
  /** Called before each call; what it does has happened then. */
  before: (what: string, name: string) => void = () => {}

  constructor(private readonly clock: { readonly now: number }) {}

  get(name: string): unknown {
    return this.#answer('get', name, () => {
      if (this.clock.now >= (this.#until.get(name) ?? 0)) this.values.delete(name)
      return this.values.get(name)
    })
  }

  set(name: string, value: string, ttl: number): unknown {
    return this.#answer('set', name, () => {
      this.values.set(name, value)
      this.#until.set(name, this.clock.now + ttl)
      return true
    })
  }

  delete(name: string): unknown {
    return this.#answer('delete', name, () => this.values.delete(name))
  }

  /** The one name in it that begins so. */
  nameOf(purpose: string): string {
    const [name, another] = [...this.values.keys()].filter((one) => one.split(':')[1] === purpose)
    if (name === undefined || another !== undefined) throw new Error(`not one ${purpose} is stored`)
    return name
  }

  count(what: string, purpose = ''): number {
    return this.calls.filter((call) => call.startsWith(what) && call.includes(`:${purpose}`)).length
  }

  #answer(what: string, name: string, work: () => unknown): unknown {
    this.before(what, name)
    this.calls.push(`${what} ${name}`)
    if (this.fault === 'throwing') throw new Error('redis://:hunter2@store')
    if (this.fault === 'paused') return new Promise(() => {})
    if (this.fault === 'down')
      return Promise.reject(Object.assign(new Error('redis://:hunter2@store'), { code: 'ECONNREFUSED' }))
    return Promise.resolve(work())
  }
}

/** Guards that share a store. Calls of it have 20 ms, so that a paused one holds no test up. */
export function fleet(size: number, options: object = {}, store: object = {}) {
  const world = {
    now,
    wait(seconds: number) {
      world.now += seconds * 1000
    },
  }
  const client = new FakeClient(world)
  const events: GuardEvent[][] = []
  const make = (more: object = {}, moreOfStore: object = {}): Guard => {
    const heard: GuardEvent[] = []
    events.push(heard)
    return createGuard(
      withParts({
        issuer,
        appId,
        jwks: { keys: [key.jwk] },
        now: () => world.now,
        onEvent: (event: GuardEvent) => heard.push(event),
        store: { client, secret, timeout: 0.02, ...store, ...moreOfStore },
        ...options,
        ...more,
      } as object) as ApplicationOptions,
    )
  }
  const guards = Array.from({ length: size }, () => make())
  const [first = make(), second = first] = guards
  return { world, client, guards, first, second, make, events }
}

/** What becomes of a token: 'in', or the reason why not. */
export async function verdictOf(guard: Guard, text: string): Promise<string> {
  return guard.verifyToken(text).then(
    () => 'in',
    (error: { reason: string }) => error.reason,
  )
}

/** Instances that fetch their keys: from an issuer that counts, and is down where `jwks` is undefined. */
export function fetchingFleet(size: number, options: object = {}, store: object = {}) {
  const issuer = { jwks: [key.jwk] as readonly object[] | undefined, asked: 0 }
  const fetch = async () => {
    issuer.asked++
    if (issuer.jwks === undefined) throw new TypeError('fetch failed')
    return Response.json({ keys: issuer.jwks })
  }
  return { issuer, ...fleet(size, { jwks: undefined, fetch, ...options }, store) }
}

/** Waits for background work that reports no end. @throws where it is not done within 10 seconds. */
export async function until(isDone: () => boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!isDone()) {
    if (performance.now() > end) throw new Error(`still false after 10 s: ${isDone}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const calls = ['decrypt', 'deriveBits', 'deriveKey', 'digest', 'encrypt', 'importKey', 'sign', 'verify'] as const
/** Calls of Web Crypto, which has threads of its own, that are not over. */
let underWay = 0
for (const name of calls) {
  const call: (...given: never[]) => Promise<unknown> = Reflect.get(crypto.subtle, name)
  Reflect.set(crypto.subtle, name, (...given: never[]) => {
    underWay++
    return Reflect.apply(call, crypto.subtle, given).finally(() => underWay--)
  })
}

/** Lets what nobody waits for be done. */
export async function settled(): Promise<void> {
  for (let turn = 0, quiet = 0; turn < 20 || quiet < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    quiet = underWay === 0 ? quiet + 1 : 0
  }
}
