import type { ClockAndRandom } from '../common/clock.js'
import { configError } from '../common/config-error.js'
import type { Fetch } from '../common/http.js'
import { OptionReader } from '../common/option-reader.js'
import type { SharedStore } from '../store/shared-store.js'
import { type AdmissionSettings, admitOpaque } from '../token/admission.js'
import type { ConfiguredApplication } from '../token/application.js'
import type { TimeSettings } from '../token/checks.js'
import type { When } from '../token/token-options.js'
import { OpaqueTokens } from './opaque.js'
import { type Asking, clientNames, placesOf } from './targets.js'
import { TokenIntrospection } from './token-introspection.js'

// The option `online`: of the guard, and with `apps` of each application. All throw a TypeError for what they do not
// understand.

const sharedNames = ['when', 'strict', 'timeout', 'remember'] as const

/** The guard's own part; undefined where neither it nor an application says anything. */
export function onlineGiven(
  given: OptionReader,
  configured: readonly ConfiguredApplication[],
): OptionReader | undefined {
  const isGiven = [given, ...configured.map((one) => one.given)].some((one) => one.get('online') !== undefined)
  if (!isGiven) return undefined
  const online = new OptionReader(given.object('online'), 'online.', [...sharedNames, ...clientNames])
  if (configured.length === 0) throw configError('online needs an application to ask as: its issuer and appId')
  const misplaced = clientNames.find((name) => given.get('apps') !== undefined && online.get(name) !== undefined)
  if (misplaced === undefined) return online
  throw online.invalid(misplaced, `is an application's own: with apps, write apps[0].online.${misplaced}`)
}

export function whenOf(online: OptionReader | undefined, hasLegacyPool: boolean): When {
  const when = online?.choice<When>('when', ['never', 'opaque', 'always']) ?? 'never'
  if (online === undefined || when !== 'always' || !hasLegacyPool) return when
  throw online.invalid('when', "is 'always', and about the tokens of userPool nobody can be asked")
}

/** Whom a guard asks, and how it lets in what it asks about. */
export interface OnlineContext {
  readonly fetch: Fetch
  readonly clock: ClockAndRandom
  readonly emit: Asking['emit']
  readonly isProduction: boolean
  readonly store: SharedStore | undefined
  /** Whether what a request begins goes on when it is answered. */
  readonly canOutliveRequest: boolean
  readonly when: When
  readonly times: TimeSettings
  readonly admission: AdmissionSettings
  /** Seconds that a call of the store may take. */
  readonly storeTimeout: number
}

export function onlineOf(
  online: OptionReader,
  configured: readonly ConfiguredApplication[],
  context: OnlineContext,
): TokenIntrospection {
  const { admission, when } = context
  const silent = configured.find(({ given }) => given.get('online') === undefined)
  if (silent !== undefined && when !== 'opaque') {
    throw silent.given.invalid(
      'online',
      'is missing. It must be { clientSecret }, with which the application may ask',
      'missing',
    )
  }
  const asking = askingOf(online, context)
  const clients = configured
    .filter(({ given }) => given.get('online') !== undefined)
    .map((one) => {
      const own =
        one.where === ''
          ? online
          : new OptionReader(one.given.get('online'), `${one.where}online.`, [...clientNames, 'opaque'])
      const isMarked = own.choice('opaque', [false, true]) || configured.length === 1
      return { isMarked, ...placesOf(own, one, asking) }
    })
  const forJwts = clients.flatMap((client) => client.forJwts)
  const isWhole = silent === undefined
  const hasSecret = clients.some((client) => client.hasSecret)
  if (!admission.accept.has('opaque'))
    return new TokenIntrospection({ forJwts, forOpaque: undefined, isWhole, hasSecret }, undefined)
  const [marked, another] = clients.filter((client) => client.isMarked)
  const [forOpaque] = marked?.forOpaque ?? []
  if (forOpaque === undefined || another !== undefined) {
    const found = another === undefined ? 'none' : 'more than one'
    throw configError(
      `opaque tokens do not say whose they are: mark one of apps with online: { opaque: true }, not ${found}`,
    )
  }
  const { application, introspection } = forOpaque
  const opaque = new OpaqueTokens(introspection, (reply) => admitOpaque(reply, application, admission))
  return new TokenIntrospection({ forJwts, forOpaque, isWhole, hasSecret }, opaque)
}

function askingOf(online: OptionReader, context: OnlineContext): Asking {
  const { fetch, times, clock, emit, isProduction, store, storeTimeout, canOutliveRequest } = context
  const timeout = online.seconds('timeout', { min: 0.01, max: 30 }) ?? 3
  const remember = online.seconds('remember', { min: 0, max: 60 }) ?? 10
  const isStrict = online.choice('strict', [false, true])
  return {
    call: { fetch, timeout, isStrict },
    questions: {
      remember,
      // The store may be asked before, and told after.
      abandonAfter: timeout + 1 + 2 * storeTimeout,
      canOutliveRequest,
      times,
      clock: clock,
    },
    emit,
    isProduction,
    store,
  }
}
