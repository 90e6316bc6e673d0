import { type Signer, twin } from './signing.js'
import { base64url, type Draft, type Edit, edited, json, mint, type Part, textOf } from './tokens.js'

/** One change to a token. `where` and the like are shares of a length: one mutation fits every token. */
export type Mutation =
  | { readonly kind: 'none' }
  | { readonly kind: 'flipped bit'; readonly where: number; readonly bit: number }
  | { readonly kind: 'written over'; readonly where: number; readonly over: number; readonly text: string }
  | { readonly kind: 'cut'; readonly from: number; readonly to: number }
  | { readonly kind: 'swapped'; readonly segment: number; readonly other: number }
  | { readonly kind: 'unsigned edit'; readonly of: Part; readonly edits: readonly Edit[] }
  | { readonly kind: 'signed edit'; readonly of: Part; readonly edits: readonly Edit[]; readonly signer: Signer }
  | { readonly kind: 'respelled'; readonly segment: number; readonly where: number; readonly text: string }
  | { readonly kind: 'trailing bits'; readonly segment: number; readonly add: number }
  | { readonly kind: 'first bytes'; readonly of: Part; readonly bytes: readonly number[] }
  | { readonly kind: 'length'; readonly characters: number }
  | { readonly kind: 'signature bit'; readonly where: number; readonly bit: number }
  | { readonly kind: 'signature twin' }
  | { readonly kind: 'signature zeroed' }

/** What a mutation works on: a draft, the token that was made of it, and tokens to take segments from. */
export interface Original {
  readonly draft: Draft
  readonly token: string
  readonly others: readonly string[]
}

type Of<K extends Mutation['kind']> = Extract<Mutation, { readonly kind: K }>

/** The token that a mutation makes of an original. */
export function mutate(mutation: Mutation, original: Original): string {
  switch (mutation.kind) {
    case 'none':
      return original.token
    case 'flipped bit':
    case 'written over':
    case 'cut':
      return rewritten(mutation, original.token)
    case 'swapped':
      return swapped(mutation, original)
    case 'unsigned edit': {
      const { header, claims } = changed(original.draft, mutation)
      return [base64url(textOf(header)), base64url(textOf(claims)), segmentOf(original.token, 2)].join('.')
    }
    case 'signed edit':
      return mint(changed(original.draft, mutation), { signer: mutation.signer })
    case 'respelled':
    case 'trailing bits':
      return respelled(original, mutation.segment, spelling(mutation, segmentOf(original.token, mutation.segment)))
    case 'first bytes': {
      const bytes = Buffer.concat([Buffer.from(mutation.bytes), Buffer.from(textOf(original.draft[mutation.of]))])
      return respelled(original, mutation.of === 'header' ? 0 : 1, base64url(bytes))
    }
    case 'length': {
      const missing = mutation.characters - original.token.length - base64url(',"filler":""').length
      const filler = json('x'.repeat(Math.floor(missing * 0.75)))
      return mint(changed(original.draft, { of: 'claims', edits: [['filler', filler]] }))
    }
    case 'signature bit':
    case 'signature twin':
    case 'signature zeroed': {
      const signature = Buffer.from(segmentOf(original.token, 2), 'base64url')
      return respelled(original, 2, base64url(resigned(mutation, signature)))
    }
  }
}

const place = (share: number, length: number) => Math.min(length - 1, Math.floor(share * length))
const segmentOf = (token: string, segment: number) => token.split('.')[segment] ?? ''

function rewritten(mutation: Of<'flipped bit' | 'written over' | 'cut'>, token: string): string {
  if (mutation.kind === 'cut') {
    return token.slice(place(mutation.from, token.length), place(mutation.to, token.length) + 1)
  }
  if (mutation.kind === 'written over') {
    const index = place(mutation.where, token.length + 1)
    return token.slice(0, index) + mutation.text + token.slice(index + mutation.over)
  }
  const index = place(mutation.where, token.length)
  const char = String.fromCharCode(token.charCodeAt(index) ^ (1 << mutation.bit))
  return token.slice(0, index) + char + token.slice(index + 1)
}

function swapped({ segment, other }: Of<'swapped'>, { token, others }: Original): string {
  const from = others[place(other, others.length)] ?? ''
  return [0, 1, 2].map((at) => segmentOf(at === segment ? from : token, at)).join('.')
}

function changed(draft: Draft, { of, edits }: { readonly of: Part; readonly edits: readonly Edit[] }): Draft {
  return { ...draft, [of]: edited(draft[of], edits) }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function spelling(mutation: Of<'respelled' | 'trailing bits'>, segment: string): string {
  if (mutation.kind === 'respelled') {
    const index = place(mutation.where, segment.length + 1)
    return segment.slice(0, index) + mutation.text + segment.slice(index)
  }
  // Where the last character has no bits too many, this is another byte.
  const last = alphabet[(alphabet.indexOf(segment.slice(-1)) + mutation.add) % alphabet.length] ?? ''
  return segment.slice(0, -1) + last
}

/** The token with one segment as given. Header and claims are signed as they then stand there. */
function respelled({ draft, token }: Original, segment: number, text: string): string {
  if (segment === 2) return `${token.slice(0, token.lastIndexOf('.'))}.${text}`
  return mint(draft, { segments: segment === 0 ? [text] : [undefined, text] })
}

function resigned(
  mutation: Of<'signature bit' | 'signature twin' | 'signature zeroed'>,
  signature: Buffer,
): Uint8Array {
  if (mutation.kind === 'signature twin') return twin(signature)
  if (mutation.kind === 'signature zeroed') return new Uint8Array(signature.length)
  const index = place(mutation.where, signature.length)
  return signature.map((byte, at) => (at === index ? byte ^ (1 << mutation.bit) : byte))
}
