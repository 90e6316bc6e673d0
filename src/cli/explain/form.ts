import { type JsonObject, own } from '../../common/claims.js'
import { quote } from '../../common/quote.js'
import { isAlgorithm } from '../../crypto/algorithm.js'
import { maxTokenLength } from '../../crypto/limits.js'
import { because, type Diagnosis, type Say } from '../language/phrases.js'
import type { Refused } from './attempt.js'
import { type Case, textOf } from './case.js'
import { kindOf } from './peek.js'

// What can be wrong with a token before anything in it is proven: the header, the shape, the algorithm.

const placeholder = /^(?:undefined|null|none|nan|nil|true|false|\[object \w+\])$/i

/** The diagnosis of a text that is not a token, whichever check it fails. */
function slip({ input: { text }, peeked: { parts } }: Case, say: Say): Diagnosis | undefined {
  const bare = text.replace(/^bearer[ \t]*/i, '').trim()
  if (bare === '') return because('headerEmpty')
  if (placeholder.test(bare)) return because('headerPlaceholder', { word: bare })
  if (bare.startsWith('{') && /"(?:access_token|id_token)"/.test(bare)) return because('headerAnswer')
  if (isMessage(bare, bare !== text)) {
    const start = harmlessStart(bare)
    return because('headerMessage', { start: start === undefined ? '' : ` ${say('begins', { start })}` })
  }
  if (/^["'`“”‘’]|["'`“”‘’]$/.test(bare)) return because('headerQuotes')
  // As logs and consoles shorten it.
  if (/\.{3}$|…$/.test(bare)) return because('shapeTruncated', { parts: Math.min(parts, 2) })
  return undefined
}

/** Whether a text is JSON, a web page or a sentence: what a command prints that could not get a token. */
function isMessage(text: string, isBearer: boolean): boolean {
  if (/^[[{<]/.test(text)) return true
  // Another scheme with its parameters, two headers, or a token that was broken.
  if (/^[\w-]+\s+[\w-]+=/.test(text) || (isBearer && /\bbearer\b/i.test(text)) || /\beyJ/.test(text)) return false
  return text.split(/\s+/).length >= 4 || /[\u4e00-\u9fff]/.test(text)
}

/** Beginnings of the messages of this package, of curl and of web pages, and of `{"error":"..."}`. */
const knownStart = /^(?:authing-guard\b|curl: \(|<!doctype html|<html|\{\s*"error"\s*:)/i
/** Letters and punctuation in words of at most 15: no digit, and nothing long enough for a token or a secret. */
const harmless = /^(?:[\p{L}_]{1,15}(?![\p{L}\p{N}_])|[ "':,.;/(){}<!>-])*/u

/** The first characters of a message that is known to hold no secret there; undefined for any other text. */
function harmlessStart(text: string): string | undefined {
  if (!knownStart.test(text)) return undefined
  // Cut at the end of a word, and never within one: the rest of it could be longer than a word may be.
  const start = String(harmless.exec(text)?.[0])
  return JSON.stringify(
    start.length <= 40
      ? start.trim()
      : start
          .slice(0, 40)
          .replace(/[^ ]*$/, '')
          .trim(),
  )
}

/** `missing_token` and `invalid_request`. */
export function headerCause(given: Case, { check, detail }: Refused, say: Say): Diagnosis {
  const { text, token } = given.input
  const slipped = slip(given, say)
  if (slipped !== undefined) return slipped
  if (check.name === 'header_other_scheme') return because('headerOtherScheme')
  if (check.name === 'header_bare_token') return because('headerNoBearer')
  if (/\s/.test(text.replace(/^bearer[ \t]+/i, '').trim()) && token.startsWith('eyJ')) return because('headerSpace')
  return because('headerMalformed', { detail })
}

const askAboutOpaque = "introspection: introspection({ when: 'opaque', clientSecret, protocol: 'oauth' })"
const ownKey = ['jwk', 'jku', 'x5u', 'x5c'] as const
const extensions = ['crit', 'b64', 'zip'] as const
const plainTypes: ReadonlySet<string | undefined> = new Set([undefined, 'jwt', 'at+jwt'])

/** `malformed_token` and `encrypted_token`. */
export function shapeCause(given: Case, { detail }: Refused, say: Say): Diagnosis {
  const { input, peeked, header } = given
  const slipped = slip(given, say)
  if (slipped !== undefined) return slipped
  if (peeked.parts === 5 || own(header, 'enc') !== undefined) return because('shapeEncrypted')
  if (input.token.length > maxTokenLength) return because('shapeTooLong', { most: maxTokenLength })
  if (peeked.parts < 3 && input.token.startsWith('eyJ')) return because('shapeTruncated', { parts: peeked.parts })
  if (/^[\w-]{20,}$/.test(input.token)) return because('shapeOpaque', { option: askAboutOpaque })
  if (peeked.parts !== 3) return because('shapeGarbage')
  const brought = ownKey.find((name) => Object.hasOwn(header, name))
  if (brought !== undefined) return because('shapeOwnKey', { member: brought })
  const extension = extensions.find((name) => Object.hasOwn(header, name))
  if (extension !== undefined) return because('shapeExtension', { member: extension })
  const typ = textOf(header, 'typ')
  if (!plainTypes.has(typ?.toLowerCase().replace(/^application\//, ''))) {
    return because('shapeOtherKind', { typ: quote(typ) })
  }
  return because('shapeAltered', { detail })
}

/** `wrong_algorithm`, wherever it is found. */
export function algorithmCause({ header, claims, options }: Case, { check }: Refused): Diagnosis {
  const alg = own(header, 'alg')
  if (check.name === 'alg_of_access_token') return because('algorithmAccessToken')
  if (check.name === 'alg_of_legacy') return because('algorithmLegacy', { alg: quote(alg) })
  if (check.name === 'alg_without_secret') return noSecretCause(header, claims)
  if (check.name === 'alg_not_of_key') return because('algorithmOtherKey', { alg: quote(alg) })
  if (typeof alg !== 'string' || alg.toLowerCase() === 'none') return because('algorithmNone', { alg: quote(alg) })
  if (!isAlgorithm(alg)) return because('algorithmUnknown', { alg: quote(alg) })
  return because('algorithmExcluded', { alg, algorithms: [options.algorithms].flat().join(', ') })
}

/** The diagnosis of an HS256 token without an appSecret: which kinds Authing signs with HS256, and which it never does. */
function noSecretCause(header: JsonObject, claims: JsonObject): Diagnosis {
  if (Object.hasOwn(header, 'kid')) return because('signatureForged')
  return because(kindOf(header, claims) === 'access_token' ? 'algorithmAccessToken' : 'algorithmNoSecret')
}
