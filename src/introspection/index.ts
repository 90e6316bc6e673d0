import { makePart, type Part } from '../common/part.js'
import { bindIntrospection } from './bind.js'
import type { IntrospectionContents } from './contract.js'
import { type IntrospectionOptions, introspectionSettingsOf } from './options.js'

/** Introspection, for the `introspection` option of a guard. {@link introspection} makes one. */
export type IntrospectionPart = Part<'introspection'>

/**
 * Lets a guard ask the issuer whether a token is still active (RFC 7662). The options are checked now, what depends on the
 * guard when that is made; nothing is asked before a request comes. Several guards may have the same one.
 *
 * With `apps`, each application has its own credentials, in a plain `introspection: { clientSecret }`.
 *
 * @throws {TypeError} where an option is unknown or wrong.
 * @example
 * import { createGuard } from 'authing-guard'
 * import { introspection } from 'authing-guard/introspection'
 *
 * const guard = createGuard({ issuer, appId, introspection: introspection({ when: 'opaque', clientSecret }) })
 */
export function introspection(options: IntrospectionOptions): IntrospectionPart {
  const settings = introspectionSettingsOf(options)
  const contents: IntrospectionContents = {
    options: { ...options },
    when: settings.when,
    bind: (context) => bindIntrospection(settings, context),
  }
  return makePart('introspection', contents)
}

export type { ClientAuth } from './call.js'
export type { ApplicationIntrospectionOptions, IntrospectionOptions } from './options.js'
