import * as fc from 'fast-check'
import { claimValues, headerValues } from './values.js'
import { appId, at, issuer, type Signer, type SigningAlgorithm, sign, signers, twin } from './signing.js'

/** A JSON object as the texts of its members: so that a value may be `1e999`, and a name be there twice. */
export type Members = readonly (readonly [name: string, json: string])[]
/** A member that is set, or taken away. */
export type Edit = readonly [name: string, json: string | undefined]

/** One change to a token. `at` and the like are shares of a length, so that one mutation fits every token. */
export type Mutation =
  | { readonly kind: 'none' }
  | { readonly kind: 'flip'; readonly where: number; readonly bit: number }
  | { readonly kind: 'write'; readonly where: number; readonly over: number; readonly text: string }
  | { readonly kind: 'cut'; readonly from: number; readonly to: number }
  | { readonly kind: 'swap'; readonly segment: number; readonly other: number }
  | { readonly kind: 'unsigned edit'; readonly edits: readonly Edit[]; readonly of: Part }
  | { readonly kind: 'signed edit'; readonly edits: readonly Edit[]; readonly of: Part; readonly signer: Signer }
  | { readonly kind: 'respell'; readonly segment: number; readonly where: number; readonly text: string }
  | { readonly kind: 'trailing bits'; readonly segment: number; readonly add: number }
  | { readonly kind: 'first bytes'; readonly of: Part; readonly bytes: readonly number[] }
  | { readonly kind: 'length'; readonly characters: number }
  | { readonly kind: 'signature bit'; readonly where: number; readonly bit: number }
  | { readonly kind: 'signature twin' }
  | { readonly kind: 'signature zeroed' }
type Part = 'header' | 'claims'

/** A token before it is changed. */
export interface Original {
  readonly algorithm: SigningAlgorithm
  readonly header: Members
  readonly claims: Members
}

const json = (value: unknown) => JSON.stringify(value)
const text = (members: Members) => `{${members.map(([name, value]) => `${json(name)}:${value}`).join(',')}}`
const base64url = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64url')

/** The tokens that Authing and other issuers send: an id token, two kinds of access token, a user token. */
export function originals(algorithm: SigningAlgorithm): readonly Original[] {
  const header: Members = [
    ['alg', json(algorithm)],
    ['typ', json('JWT')],
    ['kid', json(`kid-${algorithm}`)],
  ]
  const common: Members = [
    ['sub', json('5f719946524ee1099229496b')],
    ['aud', json(appId)],
    ['iss', json(issuer)],
    ['exp', json(at + 3600)],
    ['iat', json(at - 60)],
  ]
  const data = { type: 'user', id: '5f719946524ee1099229496b', userPoolId: '600a8f29cead8fc0127f9da6' }
  const kinds: readonly Members[] = [
    [...common, ['nonce', json('E65b1QoUYt')], ['nickname', 'null'], ['name', json('莫里斯')]],
    [...common, ['jti', json('SQlEHdsNNx078M8pOTzv3')], ['scope', json('openid book:read')]],
    [...common, ['data', json(data)], ['userpool_id', json('600a8f29cead8fc0127f9da6')]],
  ]
  const tokens = kinds.map((claims) => ({ algorithm, header, claims }))
  const typed: Original = { algorithm, header: edited(header, [['typ', json('at+jwt')]]), claims: common }
  return [...tokens, typed]
}

function edited(members: Members, edits: readonly Edit[]): Members {
  return edits.reduce<Members>((before, [name, value]) => {
    const others = before.filter(([other]) => other !== name)
    return value === undefined ? others : [...others, [name, value]]
  }, members)
}

/** The token as it is issued. */
export function mint(original: Original): string {
  return assemble(original, base64url(text(original.header)), base64url(text(original.claims)))
}

function assemble(
  { algorithm, header }: Original,
  first: string,
  second: string,
  signer: Signer = 'its own key',
): string {
  const told = header.find(([name]) => name === 'alg')?.[1]
  const input = `${first}.${second}`
  return `${input}.${sign(signer, input, algorithm, told === undefined ? undefined : JSON.parse(told))}`
}

const place = (share: number, length: number) => Math.min(length - 1, Math.floor(share * length))
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The token that a mutation makes of an original; `token` is that one as issued, `others` are tokens to take from. */
export function mutate(mutation: Mutation, original: Original, token: string, others: readonly string[]): string {
  const parts = token.split('.')
  const [first = '', second = '', third = ''] = parts
  const signature = Buffer.from(third, 'base64url')
  const withSignature = (bytes: Uint8Array) => `${first}.${second}.${base64url(bytes)}`
  /** One of the first two segments in another spelling, signed as it stands there; or the signature's. */
  const respelled = (segment: number, spelling: string) => {
    if (segment === 2) return `${first}.${second}.${spelling}`
    return segment === 0 ? assemble(original, spelling, second) : assemble(original, first, spelling)
  }
  const change = (of: Part, edits: readonly Edit[]) => ({ ...original, [of]: edited(original[of], edits) })
  switch (mutation.kind) {
    case 'none':
      return token
    case 'flip': {
      const index = place(mutation.where, token.length)
      const char = String.fromCharCode(token.charCodeAt(index) ^ (1 << mutation.bit))
      return token.slice(0, index) + char + token.slice(index + 1)
    }
    case 'write': {
      const index = place(mutation.where, token.length + 1)
      return token.slice(0, index) + mutation.text + token.slice(index + mutation.over)
    }
    case 'cut':
      return token.slice(place(mutation.from, token.length), place(mutation.to, token.length) + 1)
    case 'swap': {
      const other = others[place(mutation.other, others.length)]?.split('.')
      return parts.map((part, index) => (index === mutation.segment ? other?.[index] : part)).join('.')
    }
    case 'unsigned edit': {
      const { header, claims } = change(mutation.of, mutation.edits)
      return `${base64url(text(header))}.${base64url(text(claims))}.${third}`
    }
    case 'signed edit': {
      const draft = change(mutation.of, mutation.edits)
      return assemble(draft, base64url(text(draft.header)), base64url(text(draft.claims)), mutation.signer)
    }
    case 'respell': {
      const segment = parts[mutation.segment] ?? ''
      const index = place(mutation.where, segment.length + 1)
      return respelled(mutation.segment, segment.slice(0, index) + mutation.text + segment.slice(index))
    }
    case 'trailing bits': {
      const segment = parts[mutation.segment] ?? ''
      // At most 15 of 64: where the last character has no bits too many this changes the bytes.
      const last = alphabet[(alphabet.indexOf(segment.slice(-1)) + mutation.add) % 64] ?? ''
      return respelled(mutation.segment, segment.slice(0, -1) + last)
    }
    case 'first bytes': {
      const bytes = Buffer.concat([Buffer.from(mutation.bytes), Buffer.from(text(original[mutation.of]))])
      return respelled(mutation.of === 'header' ? 0 : 1, base64url(bytes))
    }
    case 'length': {
      const missing = mutation.characters - token.length - '"filler":"",'.length
      const filler: Edit = ['filler', json('x'.repeat(Math.floor(missing * 0.75)))]
      const { header, claims } = change('claims', [filler])
      return assemble(original, base64url(text(header)), base64url(text(claims)))
    }
    case 'signature bit': {
      const index = place(mutation.where, signature.length)
      return withSignature(signature.map((byte, here) => (here === index ? byte ^ (1 << mutation.bit) : byte)))
    }
    case 'signature twin':
      return withSignature(twin(signature))
    case 'signature zeroed':
      return withSignature(signature.fill(0))
  }
}

const share = fc.double({ min: 0, max: 1, noNaN: true })
const bit = fc.integer({ min: 0, max: 7 })
const segment = fc.integer({ min: 0, max: 2 })
const chars = ['\t', '\n', '\r\n', ' ', '=', '==', '+', '/', '.', ',', '~', '?', '\0', 'é', 'ａ', '🔑', 'A', '_', '-', '0']
const part = fc.constantFrom<Part>('header', 'claims')
const signer = fc.oneof({ weight: 6, arbitrary: fc.constant(signers[0]) }, { weight: 3, arbitrary: fc.constantFrom(...signers) })

const editOf = (values: ReadonlyMap<string, readonly (string | undefined)[]>) =>
  fc.constantFrom(...[...values].flatMap(([name, jsons]) => jsons.map((value): Edit => [name, value])))
const edits = fc.oneof(
  ...(['header', 'claims'] as const).map((of) =>
    fc.record({
      of: fc.constant(of),
      edits: fc.array(editOf(of === 'header' ? headerValues : claimValues), { minLength: 1, maxLength: 2 }),
    }),
  ),
)

/** Any one mutation, the cheap ones that no key is needed for the most often. */
export const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Mutation>({ kind: 'none' }) },
  { weight: 14, arbitrary: fc.record({ kind: fc.constant('flip' as const), where: share, bit }) },
)
void part
void segment
void chars
void signer
void edits
