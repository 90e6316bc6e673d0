import { because, type Diagnosis } from '../language/phrases.js'

/** The option that an advice begins with: `issuer`, `apps[1].appId`, `AUTHING_ISSUER`. */
const name = /^([\w.[\]]+)/

/** Options that make no guard, by the advice that the guard gives. */
export function optionsCause(advice: string, options: unknown): Diagnosis {
  const [, option = ''] = name.exec(advice) ?? []
  const suggestion = /with its path: (\S+)$/.exec(advice)?.[1]
  if (suggestion !== undefined) return because('optionsIssuerPath', { issuer: issuerOf(options), suggestion })
  if (/allowHttp: true lets it be/.test(advice)) {
    return because(/on loopback/.test(advice) ? 'optionsLoopback' : 'optionsHttp', { name: option })
  }
  if (/is shorter than/.test(advice)) return because('optionsShortSecret', { name: option })
  if (/ is missing\.| is blank\.| is not set\./.test(advice)) return because('optionsMissing', { name: option })
  if (/white space around/.test(advice)) return because('optionsSpace', { name: option })
  return because('optionsOther', { advice })
}

/** The origin alone: whatever else a wrong option holds may be a secret in the wrong place. */
function issuerOf(options: unknown): string {
  const issuer = typeof options === 'object' && options !== null && 'issuer' in options ? options.issuer : ''
  const text = String(Array.isArray(issuer) ? issuer[0] : issuer)
  return URL.canParse(text) ? new URL(text).origin : ''
}
