import { configError } from '../common/config-error.js'
import { isPart } from '../common/part.js'
import type { ConfiguredApplication } from '../token/application.js'
import type { IntrospectionContext } from './context.js'
import {
  applicationSettingsOf,
  clientOptionIn,
  type IntrospectionSettings,
  type OneOfSeveralSettings,
} from './options.js'
import { type ClientTargets, type IntrospectionTarget, targetsOf } from './targets.js'
import { TokenIntrospection } from './token-introspection.js'

/** Introspection for one guard. @throws {TypeError} if the guard's applications do not fit the options. */
export function bindIntrospection(settings: IntrospectionSettings, context: IntrospectionContext): TokenIntrospection {
  const { admission, applications } = context
  if (applications.length === 0) throw configError('introspection needs an application to ask as: its issuer and appId')
  const configured = applications.map((one) => ({ ...one, client: clientOf(one, settings, applications.length) }))
  const missing = configured.find(({ client }) => client === undefined)
  if (missing !== undefined && settings.when !== 'opaque') {
    const what = 'is missing. It must be { clientSecret }, with which the application may ask'
    throw missing.given.invalid('introspection', what)
  }
  const targets = configured.flatMap(({ client, ...application }) =>
    client === undefined ? [] : [{ isMarked: client.opaque, ...targetsOf(client, application, settings, context) }],
  )
  return new TokenIntrospection({
    forJwts: targets.flatMap((one) => one.forJwts),
    forOpaque: admission.accept.has('opaque') ? opaqueTargetOf(targets) : undefined,
    isComplete: missing === undefined,
    hasSecret: targets.some((one) => one.hasSecret),
    admission,
  })
}

function opaqueTargetOf(targets: readonly (ClientTargets & { readonly isMarked: boolean })[]): IntrospectionTarget {
  const [marked, another] = targets.filter(({ isMarked }) => isMarked)
  if (marked?.forOpaque !== undefined && another === undefined) return marked.forOpaque
  const found = another === undefined ? 'none' : 'more than one'
  const what = 'opaque tokens do not say which application they are of'
  throw configError(`${what}: mark one of apps with introspection: { opaque: true }, not ${found}`)
}

/** How an application asks: the options of the part, or with `apps` its own; undefined if it has none. */
function clientOf(
  { given, where }: ConfiguredApplication,
  settings: IntrospectionSettings,
  count: number,
): OneOfSeveralSettings | undefined {
  if (where === '') return { ...settings, opaque: true }
  const misplaced = clientOptionIn(settings)
  if (misplaced !== undefined)
    throw settings.reader.invalid(
      misplaced,
      `is an application's own: with apps, write ${where}introspection.${misplaced}`,
    )
  const own = given.get('introspection')
  if (own === undefined) return undefined
  if (isPart(own))
    throw given.invalid('introspection', "is an application's own: write { clientSecret } without a call")
  const client = applicationSettingsOf(own, `${where}introspection.`)
  return { ...client, opaque: client.opaque || count === 1 }
}
