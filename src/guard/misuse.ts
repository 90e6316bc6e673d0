import type { AccessSettings } from '../authorization/permission-rules.js'
import { isLocal } from '../common/address.js'
import type { GuardIntrospection } from '../introspection/contract.js'
import type { GuardStore } from '../store/contract.js'
import type { Events, GuardName, Misuse } from '../telemetry/events.js'
import type { VerifySettings } from '../token/verify.js'

/** The settings that are checked for misuse. */
interface MisusedSettings {
  readonly verify: VerifySettings
  readonly events: Events
  readonly access: Pick<AccessSettings, 'checkPermission'>
  readonly introspection: GuardIntrospection | undefined
  /** A store always has a secret. */
  readonly store: GuardStore | undefined
}

/** Writes a warning of the process. */
export type Warn = (message: string, code: string) => void

const told = new Set<Misuse>()

/** Reports a misuse once in a process: as an event, and as a warning. */
function tell(misuse: Misuse, advice: string, events: Events, warn: Warn): void {
  if (told.has(misuse)) return
  told.add(misuse)
  if (events.hasListeners) events.emit({ type: 'misused', misuse, advice })
  // A warning too: a listener may only count events.
  warn(`authing-guard: ${advice}`, `AUTHING_${misuse.toUpperCase()}`)
}

/** Reports the misuse that the options show. `isPage` is true where users can read the code and its secrets. */
export function noteMisuses(settings: MisusedSettings, isPage: boolean, warn: Warn): void {
  const { verify, events, access, introspection, store } = settings
  const { applications, legacyPool } = verify
  const everybody = new Set([...applications.map(({ issuer }) => issuer), legacyPool?.id])
  const unbounded = applications.flatMap(({ audience }) => [...audience]).find((name) => everybody.has(name))
  if (unbounded !== undefined) {
    const advice = `audience holds ${unbounded}, an issuer or a user pool: that is said of tokens for all of its applications. Name your own API there, or leave audience out for the appId`
    tell('unbounded_audience', advice, events, warn)
  }
  const verifiesWithSecret = legacyPool !== undefined || applications.some(({ secrets }) => secrets.length > 0)
  const asksWithSecret = introspection?.hasSecret === true || access.checkPermission?.holdsSecret === true
  const hasSecret = verifiesWithSecret || asksWithSecret || store !== undefined
  if (isPage && hasSecret) {
    const advice =
      'a guard with a secret was made where there is a document. Whoever loads that page can read the secret, and do with it what your server can: guard the API on the server, and replace the secret. In a test of a server choose an environment without a document'
    tell('secret_in_front_end', advice, events, warn)
  }
}

/** Guards of one configuration that may be first used within {@link period}, each at another millisecond. */
const mostGuards = 20
/** Milliseconds. */
const period = 60_000
/** Configurations that are counted: one guard for each tenant is right. */
const mostNames = 100

/** When guards were first used, by configuration. */
const firstUses = new Map<string, number[]>()

/**
 * Notices guards that are made per request: each of them fetches keys, and has an empty token cache. A guard is counted
 * when it is first used, since making one reads no clock. Guards of one millisecond count once, so that a test with a
 * frozen clock gets no warning.
 */
export class FirstUse {
  #isNoted = false

  constructor(
    private readonly name: GuardName,
    private readonly now: () => number,
    private readonly events: Events,
    private readonly warn: Warn,
  ) {}

  note(): void {
    if (this.#isNoted) return
    this.#isNoted = true
    // A test may have a guard of its own for each of its cases.
    if (this.name.applications.some(({ issuer }) => isLocal(issuer))) return
    const now = this.now()
    const name = JSON.stringify(this.name)
    const before = (firstUses.get(name) ?? []).filter((time) => time < now && now - time < period)
    const [oldest] = firstUses.keys()
    if (firstUses.size >= mostNames && oldest !== undefined) firstUses.delete(oldest)
    firstUses.set(name, [...before, now])
    if (before.length < mostGuards) return
    firstUses.delete(name)
    const advice = `over ${mostGuards} guards of one configuration came into use within a minute. Make one when the process starts: each fetches keys of its own, and remembers no other one's tokens`
    tell('guard_per_request', advice, this.events, this.warn)
  }
}
