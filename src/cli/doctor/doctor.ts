import type { GuardOptions } from '../../guard/options.js'
import { applicationsOf, type Configured } from '../explain/applications.js'
import { attempt } from '../explain/attempt.js'
import { type Explanation, explain } from '../explain/explain.js'
import { optionsCause } from '../explain/options.js'
import { Watch } from '../explain/watch.js'
import { fill, type Language } from '../language/language.js'
import { sayIn } from '../language/phrases.js'
import { textsIn } from '../language/texts.js'
import { appIdFindings, userPoolFindings } from './app-id.js'
import { type Find, type Finding, findIn } from './finding.js'
import { clockFinding, discoveryFinding, transportFinding } from './issuer.js'
import { type KeysFound, keysFindings } from './keys.js'
import { type ManagementAccess, managementFindings } from './management.js'
import { onlineFindings } from './online.js'
import { secretFindings } from './secret.js'
import { storeFindings } from './store.js'

/** What else there is to look at. */
export interface DoctorSettings {
  readonly language: Language
  /** The access key for the management API. Default: none, and it is not asked. */
  readonly management?: ManagementAccess | undefined
  /** A token of the application, to be explained as well. */
  readonly token?: string | undefined
  /** The clock, in milliseconds since the epoch. Default: the options', else `Date.now`. */
  readonly now?: () => number
}

/**
 * Whether the options of a guard are right: looks at them, at the issuer that they name, its keys and its clock, at the
 * secrets, the store and the management API. Asks no address but those that the options name; each for a few seconds at
 * most.
 */
export async function diagnoseOptions(
  options: GuardOptions,
  { language, management, token, now = options.now ?? Date.now }: DoctorSettings,
): Promise<readonly Finding[]> {
  const find = findIn(language)
  const outcome = await attempt({ text: '', token: '', isHeader: false }, options)
  if (outcome.failed !== undefined && outcome.fault !== undefined) {
    const { cause, values } = optionsCause(outcome.fault)
    const { cause: why, fix } = textsIn(language).causes[cause]
    return [find('wrong', 'optionsWrong', { cause: fill(why, values), fix: fill(fix, values) })]
  }
  const findings = [find('ok', 'optionsOk')]
  const explained = token === undefined ? undefined : await explain(token, options, { language, now })
  const applications = applicationsOf(options)
  if (applications.length === 0) findings.push(find('ok', 'userPoolOnly'))
  for (const application of applications) {
    const context = { options, application, management, token: explained, find, language, now }
    findings.push(...(await applicationFindings(context)))
  }
  findings.push(...userPoolFindings(options, explained, find))
  if (options.store !== undefined) findings.push(...(await storeFindings(options.store, find)))
  if (management !== undefined) findings.push(...(await managementFindings(management, options.fetch, find)))
  if (explained !== undefined) {
    const { accepted, cause = '', fix = '' } = explained
    findings.push(accepted ? find('ok', 'tokenOk') : find('wrong', 'tokenRefused', { cause, fix }))
  }
  return findings
}

interface Context {
  readonly options: GuardOptions
  readonly application: Configured
  readonly management: ManagementAccess | undefined
  readonly token: Explanation | undefined
  readonly find: Find
  readonly language: Language
  readonly now: () => number
}

async function applicationFindings(context: Context): Promise<readonly Finding[]> {
  const { options, application, management, token, find, now } = context
  const watch = new Watch(options.fetch, now, options.jwksCache?.timeout)
  const findings: Finding[] = []
  const keyIds: string[] = []
  for (const issuer of application.issuers) {
    const found = await issuerFindings(issuer, context)
    keyIds.push(...found.keyIds)
    findings.push(...found.findings.map((one) => ({ ...one, application: nameOf(issuer, application) })))
  }
  const pools = [options.userPool?.id, management?.accessKeyId]
  const appId = await appIdFindings(application, { keyIds, findings, token, pools }, watch, find)
  const name = nameOf(String(application.issuers.at(-1)), application)
  return [...findings, ...appId.map((one) => ({ ...one, application: name }))]
}

function nameOf(issuer: string, { appId }: Configured): string {
  return `${issuer} (${appId})`
}

async function issuerFindings(
  issuer: string,
  { options, application, management, find, language, now }: Context,
): Promise<KeysFound> {
  const poolSecrets = [options.userPool?.jwtSecret ?? [], management?.accessKeySecret ?? []].flat()
  const watch = new Watch(options.fetch, now, options.jwksCache?.timeout)
  const watched = { ...options, fetch: watch.fetch }
  const discovery = await discoveryFinding(issuer, application, watch, find)
  const keys = await keysFindings(watched, issuer, application.given, watch, find)
  const secrets = await secretFindings(issuer, application, poolSecrets, watch, find)
  const transport = transportFinding(issuer, watch.answers, find)
  // Before introspection is asked, which may be at another host, with a clock of its own.
  const clock = clockFinding(watch, find, sayIn(language))
  const online = await onlineFindings(options, issuer, application.given, watch, find)
  const findings = [transport, discovery, clock, ...keys.findings, ...secrets, ...online]
  return { keyIds: keys.keyIds, findings: findings.filter((one) => one !== undefined) }
}
