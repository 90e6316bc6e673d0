import { own } from '../../common/claims.js'
import { quote } from '../../common/quote.js'
import { dataOf } from '../../token/checks.js'
import { because, type Diagnosis } from '../language/phrases.js'
import type { Refused } from './attempt.js'
import { type Case, issuingOf } from './case.js'
import { kindOf } from './peek.js'

// Diagnoses of a genuine token: its claims, its audience, its kind.

/** `wrong_claim`. */
export function claimsCause({ claims }: Case, { check, detail }: Refused): Diagnosis {
  if (check.name === 'token_of_management') return because('issuerManagement')
  if (check.name === 'token_bound') return because('claimsBound')
  if (check.name === 'token_of_event') return because('claimsEvents')
  if (check.name === 'token_of_refresh') return because('claimsRefresh')
  if (own(claims, 'exp') === undefined) return because('claimsNoEnd')
  if (check.name === 'iat_missing') return because('claimsNoIssueTime')
  return because('claimsOther', { detail })
}

/** `wrong_audience`. */
export function audienceCause(given: Case, { check, detail }: Refused): Diagnosis {
  const { claims, header, options } = given
  const aud = quotedList(own(claims, 'aud'))
  if (check.name === 'aud_malformed') return because('claimsOther', { detail })
  if (check.name === 'legacy_pool') return because('audienceLegacy')
  if (check.name === 'application_not_named') return because('audienceShared', { found: aud })
  if (check.name === 'application_unclear') return because('audienceSeveral', { found: aud })
  const issuing = issuingOf(given)
  const appIds = issuing.map(({ appId }) => appId)
  const audience = issuing.flatMap((application) => application.audience)
  const expected = quotedList(appIds)
  const pools = [own(claims, 'userpool_id'), own(dataOf(claims), 'userPoolId'), options.userPool?.id]
  if (appIds.some((appId) => pools.includes(appId))) return because('audiencePool', { appId: expected })
  if (check.name === 'aud_not_alone') return because('audienceList', { found: aud, expected })
  const azp = own(claims, 'azp')
  const isAccess = kindOf(header, claims) === 'access_token'
  if (isAccess && azp !== undefined && !appIds.some((appId) => appId === azp)) {
    return because('audienceAccessKey', { found: aud, azp: quote(azp), expected })
  }
  if (isAccess && !appIds.some((appId) => audience.includes(appId))) {
    return because('audienceCustom', { found: aud, expected: quotedList(audience) })
  }
  return because('audienceOther', { found: aud, expected })
}

/** `not_admitted`. */
export function admissionCause(given: Case, { check }: Refused): Diagnosis {
  const { claims, header, options } = given
  if (check.name === 'type_not_accepted') {
    const found = kindOf(header, claims)
    const accept = [options.accept].flat()
    const wanted = accept.includes('access_token') ? 'admissionAccessWanted' : 'admissionOtherWanted'
    return because(wanted, { found, accept: accept.join(', ') })
  }
  const appIds = issuingOf(given).map(({ appId }) => appId)
  const sub = own(claims, 'sub')
  const aud = [own(claims, 'aud')].flat()
  const names = ['client_id', 'azp'].map((name) => own(claims, name))
  const isMachine = sub === undefined || [...aud, ...names, ...appIds].includes(sub)
  // As the guard has it: the access key that the token is for, or whoever asked for a token for the audience.
  const isForAudience = issuingOf(given).some(({ audience }) => aud.some((one) => audience.includes(String(one))))
  const candidates = isForAudience ? [...names, sub, ...appIds] : aud
  const key = quote(candidates.find((name) => name !== undefined)).replaceAll('"', '')
  if (check.name === 'delegate_not_allowed' || check.name === 'client_for_user') {
    return because('admissionDelegate', { key })
  }
  return because(isMachine ? 'admissionMachine' : 'admissionStranger', { key })
}

function quotedList(aud: unknown): string {
  return Array.isArray(aud) ? aud.map(quote).join(', ') : quote(aud)
}
