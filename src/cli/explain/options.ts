import type { ConfigFault } from '../../common/config-error.js'
import { because, type Diagnosis } from '../language/phrases.js'

/** Why the options make no guard. */
export function optionsCause({ kind, name = '', suggestion, advice }: ConfigFault): Diagnosis {
  switch (kind) {
    case 'issuer_without_path':
      return suggestion === undefined
        ? because('optionsOther', { advice })
        : because('optionsIssuerPath', { issuer: new URL(suggestion).origin, suggestion })
    case 'loopback_in_production':
      return because('optionsLoopback', { name })
    case 'plain_http':
      return because('optionsHttp', { name })
    case 'short_secret':
      return because('optionsShortSecret', { name })
    case 'missing':
      return because('optionsMissing', { name })
    case 'white_space':
      return because('optionsSpace', { name })
    default:
      return because('optionsOther', { advice })
  }
}
