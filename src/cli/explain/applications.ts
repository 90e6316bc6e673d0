import type { ApplicationOptions, GuardOptions } from '../../guard/options.js'

/** An application of the options. The options may be invalid: the guard reports that. */
export interface Configured {
  readonly issuers: readonly string[]
  readonly appId: string
  readonly audience: readonly string[]
  readonly secrets: readonly string[]
  readonly jwksUri: string | undefined
  /** The options of the application, unchanged. */
  readonly given: ApplicationOptions
}

/** The applications in the options. */
export function applicationsOf(options: GuardOptions): readonly Configured[] {
  const applications = options.apps ?? (options.issuer === undefined ? [] : [options])
  return applications.map((given) => {
    const { issuer, appId, appSecret, audience, jwksUri } = given
    return {
      issuers: listOf(issuer),
      appId: String(appId),
      audience: listOf(audience ?? appId),
      secrets: listOf(appSecret),
      jwksUri,
      given,
    }
  })
}

/** The same options with every application changed, to try another guard. */
export function withApplications(
  options: GuardOptions,
  change: (application: ApplicationOptions, at: number) => Partial<ApplicationOptions>,
): GuardOptions {
  if (options.apps !== undefined) {
    return { ...options, apps: options.apps.map((application, at) => ({ ...application, ...change(application, at) })) }
  }
  return options.issuer === undefined ? options : { ...options, ...change(options, 0) }
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
