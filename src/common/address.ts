import type { OptionReader } from './option-reader.js'

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
const authingHosts = /\.(?:authing\.cn|genauth\.ai)$/

const withoutScheme = /^[\w-]+\./

/** Whether a checked address is on this machine, like that of a local user pool for development and tests. */
export function isLocal(address: string): boolean {
  return loopback.test(new URL(address).hostname)
}

/** Which addresses are allowed. */
export interface AddressRules {
  readonly allowHttp: boolean
  readonly isProduction: boolean
}

/** Checks an issuer or a JWKS address among the options: `https`, except on loopback or where the options say so. */
export function checkAddress(given: OptionReader, name: string, address: string, rules: AddressRules): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    const guess = withoutScheme.test(address) ? `: did you mean https://${address}?` : ''
    throw given.invalid(name, `must be an https URL${guess}`)
  }
  if (url.username !== '' || url.password !== '') throw given.invalid(name, 'must be a URL without a user or password')
  if (url.hash !== '') throw given.invalid(name, 'must be a URL without a fragment')
  const isHere = loopback.test(url.hostname)
  if (url.protocol === 'http:' && !isHere && !rules.allowHttp) {
    throw given.invalid(
      name,
      'must be an https URL: over plain http somebody on the network could replace the keys (allowHttp: true allows it)',
      'plain_http',
    )
  }
  if (isHere && rules.isProduction && !rules.allowHttp) {
    throw given.invalid(
      name,
      'is on loopback, and NODE_ENV is production: a local user pool signs tokens for every client (allowHttp: true allows it)',
      'loopback_in_production',
    )
  }
  return url
}

/** The same for an issuer, which has no query either, and at Authing always a path. */
export function checkIssuer(given: OptionReader, issuer: string, rules: AddressRules): URL {
  const url = checkAddress(given, 'issuer', issuer, rules)
  if (url.search !== '') throw given.invalid('issuer', 'must be a URL without a query')
  if (url.pathname === '/' && authingHosts.test(url.hostname)) {
    const suggestion = `${url.origin}/oidc`
    throw given.invalid(
      'issuer',
      `must be what the tokens' iss says, with its path: ${suggestion}`,
      'issuer_without_path',
      suggestion,
    )
  }
  return url
}
