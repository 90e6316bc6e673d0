import { configError } from '../common/config-error.js'
import { isPart } from '../common/part.js'
import { admitOpaque } from '../token/admission.js'
import type { ConfiguredApplication } from '../token/application.js'
import type { GuardIntrospection, IntrospectionContext } from './contract.js'
import { OpaqueTokens } from './opaque.js'
import { applicationSettingsOf, type ClientSettings, clientOptionIn, type IntrospectionSettings } from './options.js'
import { type QuestionSettings, targetsOf } from './targets.js'
import { TokenIntrospection } from './token-introspection.js'

type Client = ClientSettings & { readonly isMarked: boolean }

/** Introspection for one guard. @throws {TypeError} where the guard's applications do not fit the options. */
export function bindIntrospection(settings: IntrospectionSettings, context: IntrospectionContext): GuardIntrospection {
  const { admission, applications } = context
  if (applications.length === 0) throw configError('introspection needs an application to ask as: its issuer and appId')
  const configured = applications.map((one) => ({ ...one, client: clientOf(one, settings, applications.length) }))
  const missing = configured.find(({ client }) => client === undefined)
  if (missing !== undefined && settings.when !== 'opaque') {
    const what = 'is missing. It must be { clientSecret }, with which the application may ask'
    throw missing.given.invalid('introspection', what)
  }
  const questions = questionSettings(settings, context)
  const targets = configured.flatMap(({ client, ...application }) =>
    client === undefined ? [] : [{ isMarked: client.isMarked, ...targetsOf(client, application, questions) }],
  )
  const forJwts = targets.flatMap((one) => one.forJwts)
  const isComplete = missing === undefined
  const hasSecret = targets.some((one) => one.hasSecret)
  if (!admission.accept.has('opaque'))
    return new TokenIntrospection({ forJwts, forOpaque: undefined, isComplete, hasSecret }, undefined)
  const [marked, another] = targets.filter(({ isMarked }) => isMarked)
  const [forOpaque] = marked?.forOpaque ?? []
  if (forOpaque === undefined || another !== undefined) {
    const found = another === undefined ? 'none' : 'more than one'
    const what = 'opaque tokens do not say which application they are of'
    throw configError(`${what}: mark one of apps with introspection: { opaque: true }, not ${found}`)
  }
  const { application, introspection } = forOpaque
  const opaque = new OpaqueTokens(introspection, (reply) => admitOpaque(reply, application, admission))
  return new TokenIntrospection({ forJwts, forOpaque, isComplete, hasSecret }, opaque)
}

/** How an application asks: the options of the part, or with `apps` its own; undefined if it has none. */
function clientOf(
  { given, where }: ConfiguredApplication,
  { client }: IntrospectionSettings,
  count: number,
): Client | undefined {
  if (where === '') return { ...client, isMarked: true }
  const misplaced = clientOptionIn(client)
  if (misplaced !== undefined)
    throw client.reader.invalid(
      misplaced,
      `is an application's own: with apps, write ${where}introspection.${misplaced}`,
    )
  const own = given.get('introspection')
  if (own === undefined) return undefined
  if (isPart(own))
    throw given.invalid('introspection', "is an application's own: write { clientSecret } without a call")
  const settings = applicationSettingsOf(own, `${where}introspection.`)
  return { ...settings, isMarked: settings.isMarked || count === 1 }
}

function questionSettings(
  { timeout, isStrict, cacheSeconds }: IntrospectionSettings,
  { fetch, times, clock, emit, isProduction }: IntrospectionContext,
): QuestionSettings {
  return {
    call: { fetch, timeout, isStrict },
    answers: { cacheSeconds, abandonAfter: timeout + 1, times, clock },
    emit,
    isProduction,
  }
}
