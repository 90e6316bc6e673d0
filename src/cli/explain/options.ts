import { because, type Diagnosis } from '../language/phrases.js'

/** Options that make no guard, by the advice that the guard gives: it begins with the name of the option. */
export function optionsCause(advice: string): Diagnosis {
  const name = advice.replace(/\s.*$/s, '')
  const suggestion = /with its path: (\S+)$/.exec(advice)?.[1]
  if (suggestion !== undefined) {
    return because('optionsIssuerPath', { issuer: new URL(suggestion).origin, suggestion })
  }
  if (/allowHttp: true lets it be/.test(advice)) {
    return because(/on loopback/.test(advice) ? 'optionsLoopback' : 'optionsHttp', { name })
  }
  if (/is shorter than/.test(advice)) return because('optionsShortSecret', { name })
  if (/ is missing\.| is blank\.| is not set\./.test(advice)) return because('optionsMissing', { name })
  if (/white space around/.test(advice)) return because('optionsSpace', { name })
  return because('optionsOther', { advice })
}
