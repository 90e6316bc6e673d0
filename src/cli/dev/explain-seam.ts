import type { GuardOptions } from '../../core/options.js'

// Stands in for ../explain/explain.ts until that is here.
export async function explain(token: string, options: GuardOptions, settings: object): Promise<unknown> {
  const checks = [
    { name: 'shape', state: 'passed', title: 'The token has three parts', found: `${token.length} characters` },
    { name: 'issuer', state: 'failed', title: 'The issuer is yours', expected: 'a', found: 'b' },
    { name: 'expiry', state: 'unknown', title: 'It has not expired' },
  ]
  return {
    accepted: false,
    reason: 'unknown_issuer',
    checks,
    cause: `${Object.keys(options)} ${Object.keys(settings)}`,
    fix: 'Set AUTHING_ISSUER',
    header: { alg: 'RS256' },
    claims: { sub: 'x' },
  }
}
