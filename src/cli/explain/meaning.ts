import { own } from '../../core/claims.js'
import { quote } from '../../core/errors.js'
import { dataOf } from '../../verify/checks.js'
import { because, type Diagnosis } from '../language/phrases.js'
import type { Case } from './case.js'
import { kindOf } from './peek.js'

// What can be wrong with what a genuine token says: its claims, whom it is for, what it is.

/** `wrong_claim`. */
export function claimsCause({ claims }: Case, detail: string): Diagnosis {
  if (Object.hasOwn(claims, 'scoped_userpool_id')) return because('issuerManagement')
  if (Object.hasOwn(claims, 'cnf')) return because('claimsBound')
  if (Object.hasOwn(claims, 'events')) return because('claimsEvents')
  if (own(claims, 'exp') === undefined) return because('claimsNoEnd')
  if (/^iat is missing/.test(detail)) return because('claimsNoIssueTime')
  return because('claimsOther', { detail })
}

/** `wrong_audience`. */
export function audienceCause({ claims, header, options, applications, outcome }: Case, detail: string): Diagnosis {
  const aud = quotedList(own(claims, 'aud'))
  if (/^aud is neither/.test(detail)) return because('claimsOther', { detail })
  if (/^data\./.test(detail)) return because('audienceLegacy')
  if (outcome.failed === 'issuer') return because('audienceShared', { found: aud })
  const [application] = applications.filter(({ issuers }) => issuers.some((issuer) => issuer === own(claims, 'iss')))
  const { appId = '', audience = [] } = application ?? {}
  const pools = [own(claims, 'userpool_id'), own(dataOf(claims), 'userPoolId'), options.userPool?.id]
  if (pools.includes(appId)) return because('audiencePool', { appId: quote(appId) })
  const azp = own(claims, 'azp')
  const isAccess = kindOf(header, claims) === 'access_token'
  const expected = quote(appId)
  if (isAccess && azp !== undefined && azp !== appId) {
    return because('audienceAccessKey', { found: aud, azp: quote(azp), expected })
  }
  if (isAccess && !audience.includes(appId)) {
    return because('audienceCustom', { found: aud, expected: audience.map(quote).join(', ') })
  }
  return because('audienceOther', { found: aud, expected })
}

/** `not_admitted`. */
export function admissionCause({ claims, header, options, outcome }: Case, detail: string): Diagnosis {
  if (outcome.failed === 'kind') {
    const found = kindOf(header, claims)
    const accept = [options.accept ?? []].flat()
    const wanted = accept.includes('access_token') ? 'admissionAccessWanted' : 'admissionOtherWanted'
    return because(wanted, { found, accept: accept.join(', ') })
  }
  const aud = own(claims, 'aud')
  const named = typeof aud === 'string' ? aud : (own(claims, 'client_id') ?? own(claims, 'azp'))
  const key = quote(named).replaceAll('"', '')
  if (/acts for a user/.test(detail)) return because('admissionDelegate', { key })
  const sub = own(claims, 'sub')
  const isMachine = sub === undefined || [named, own(claims, 'azp'), own(claims, 'client_id')].includes(sub)
  return because(isMachine ? 'admissionMachine' : 'admissionStranger', { key })
}

function quotedList(aud: unknown): string {
  return Array.isArray(aud) ? aud.map(quote).join(', ') : quote(aud)
}
