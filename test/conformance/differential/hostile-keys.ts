import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Json } from '../../../src/common/claims.js'

// JSON Web Keys as no issuer should publish them: good keys of every type, changed in one to three ways.

type Jwk = { readonly [member: string]: Json }
type Random = (below: number) => number

/** A good key, or one of a kind that verifies no signature here. */
export interface BaseKey {
  readonly name: string
  readonly jwk: Jwk
  readonly privateKey: KeyObject | undefined
}

export interface HostileKey {
  readonly base: BaseKey
  /** What was done to it: the same names and the same base give the same key. */
  readonly changes: readonly string[]
  readonly jwk: Json
}

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))

const baseOf = (name: string, { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): BaseKey => ({
  name,
  jwk: asJson(publicKey.export({ format: 'jwk' })),
  privateKey,
})

export const baseKeys: readonly BaseKey[] = [
  ...[1024, 2048, 3072].map((modulusLength) =>
    baseOf(`RSA of ${modulusLength} bits`, generateKeyPairSync('rsa', { modulusLength })),
  ),
  baseOf('RSA with e = 3', generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })),
  ...['P-256', 'P-384', 'P-521', 'secp256k1'].map((namedCurve) =>
    baseOf(namedCurve, generateKeyPairSync('ec', { namedCurve })),
  ),
  baseOf('Ed25519', generateKeyPairSync('ed25519')),
  baseOf('Ed448', generateKeyPairSync('ed448')),
  baseOf('X25519', generateKeyPairSync('x25519')),
  { name: 'a secret', jwk: { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA' }, privateKey: undefined },
]

type Change = (jwk: Jwk, random: Random, base: BaseKey) => Json

const bytesOf = (value: Json | undefined) => Buffer.from(typeof value === 'string' ? value : '', 'base64url')
const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : '')
/** With a member of its own, `__proto__` too. */
const put = (jwk: Jwk, name: string, value: Json): Jwk => Object.fromEntries([...Object.entries(jwk), [name, value]])
const drop = (jwk: Jwk, name: string): Jwk => Object.fromEntries(Object.entries(jwk).filter(([key]) => key !== name))

const oddValues: readonly Json[] = [null, 0, 65537, true, '', ' ', [], {}, '__proto__', 'constructor', 'toString', '\0']

/** A text member to another text. */
const spellings: Readonly<Record<string, (text: string, random: Random) => string>> = {
  padded: (text) => `${text}=`,
  'padded twice': (text) => `${text}==`,
  'in standard base64': (text) => bytesOf(text).toString('base64'),
  'with + and / put in': (text) => `+${text.slice(1, -2)}/A`,
  'in hex': (text) => bytesOf(text).toString('hex'),
  'a space before': (text) => ` ${text}`,
  'a space behind': (text) => `${text} `,
  'a newline within': (text, random) => insert(text, '\n', random),
  'a star within': (text, random) => insert(text, '*', random),
  'a dot within': (text, random) => insert(text, '.', random),
  'a NUL within': (text, random) => insert(text, '\0', random),
  'a letter that is none of ASCII within': (text, random) => insert(text, '\u0141', random),
  'an emoji within': (text, random) => insert(text, '\u{1f600}', random),
  'one character less': (text) => text.slice(0, -1),
  'four characters less': (text) => text.slice(0, -4),
  'one character more': (text) => `${text}A`,
  'four characters more': (text) => `${text}AAAA`,
  'its last bits set': (text) => `${text.slice(0, -1)}_`,
  doubled: (text) => text + text,
  'of 100,000 bits': (text) => Buffer.alloc(12_500, text || 'A').toString('base64url'),
}

const insert = (text: string, what: string, random: Random) => {
  const at = random(text.length + 1)
  return text.slice(0, at) + what + text.slice(at)
}

/** Bytes of a member to other bytes. */
const contents: Readonly<Record<string, (bytes: Buffer, random: Random) => Uint8Array>> = {
  'a zero before': (bytes) => Buffer.concat([Buffer.of(0), bytes]),
  'three zeros before': (bytes) => Buffer.concat([Buffer.alloc(3), bytes]),
  'a zero behind': (bytes) => Buffer.concat([bytes, Buffer.of(0)]),
  'one byte less at its start': (bytes) => bytes.subarray(1),
  'one byte less at its end': (bytes) => bytes.subarray(0, -1),
  'its first byte zero': (bytes) => Buffer.concat([Buffer.of(0), bytes.subarray(1)]),
  'all zeros': (bytes) => Buffer.alloc(bytes.length),
  'all ones': (bytes) => Buffer.alloc(bytes.length, 0xff),
  'a one and nothing else': (bytes) => Buffer.concat([Buffer.alloc(Math.max(0, bytes.length - 1)), Buffer.of(1)]),
  'one bit of it flipped': (bytes, random) => flipped(bytes, random(Math.max(1, bytes.length * 8))),
  'its last bit flipped': (bytes) => flipped(bytes, 0),
  reversed: (bytes) => Buffer.from(bytes).reverse(),
}

function flipped(bytes: Buffer, bit: number): Uint8Array {
  const copy = Buffer.from(bytes)
  const at = copy.length - 1 - (bit >> 3)
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7))
  return copy
}

const hex = (text: string) => Buffer.from(text, 'hex').toString('base64url')
const small = (value: number) => Buffer.of(value).toString('base64url')

/** Values of one member that mean something. */
const known: Readonly<Record<string, readonly Json[]>> = {
  kty: ['RSA', 'EC', 'OKP', 'oct', 'rsa', 'ec', 'EC ', 'AKP'],
  crv: ['P-256', 'P-384', 'P-521', 'secp256k1', 'Ed25519', 'Ed448', 'X25519', 'p-256', 'P256', 'prime256v1', 'ed25519'],
  alg: [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    ...['none', 'HS256', 'ES256K', 'Ed25519', 'Ed448', 'RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES', 'rs256', 'RS256 ', 'dir'],
  ],
  use: ['sig', 'enc', 'SIG', 'sig '],
  key_ops: [
    ['verify'],
    ['sign'],
    ['sign', 'verify'],
    ['verify', 'verify'],
    ['encrypt'],
    ['VERIFY'],
    'verify',
    [['verify']],
  ],
  ext: [false, 'true'],
  kid: ['kid-1', ['kid-1'], '\u{1f600}'],
  d: ['AQ', small(7).repeat(16)],
  k: ['AQ'],
  p: ['AQ'],
  oth: [[], [{ r: 'AQ', d: 'AQ', t: 'AQ' }]],
  x5c: [['MIIB']],
  e: ['AA', 'AQ', 'Ag', 'Aw', 'AAAAAw', 'AQAC', 'AQAAAAE', 'AQAAAAAAAAAB', '_____w', '_____-8'],
  // The primes of P-256, P-384 and 2^255 - 19: coordinates that are none.
  x: [
    hex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'),
    hex('fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff'),
    hex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
    // Points of small order on edwards25519 and what is beside them, with and without the sign.
    hex('0100000000000000000000000000000000000000000000000000000000000000'),
    hex('0100000000000000000000000000000000000000000000000000000000000080'),
    hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'),
    hex('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
    hex('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'),
    hex('efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
    hex('0200000000000000000000000000000000000000000000000000000000000000'),
  ],
  y: [hex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'), small(0)],
  ['__proto__']: [{ kty: 'RSA' }, { d: 'AQ' }, { alg: 'RS256', n: 'AQAB', e: 'AQAB' }],
  constructor: ['RSA'],
}

const primes: Readonly<Record<string, bigint>> = {
  'P-256': 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  'P-384': 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  'P-521': 2n ** 521n - 1n,
}

const wholes: Readonly<Record<string, Change>> = {
  'x and y swapped': (jwk) => ({ ...jwk, x: jwk['y'] ?? '', y: jwk['x'] ?? '' }),
  'n and e swapped': (jwk) => ({ ...jwk, n: jwk['e'] ?? '', e: jwk['n'] ?? '' }),
  'another point of the curve': (jwk) => {
    const prime = primes[textOf(jwk['crv'])]
    if (prime === undefined) return jwk
    const bytes = bytesOf(jwk['y'])
    const y = BigInt(`0x0${bytes.toString('hex')}`)
    const negated = y < prime ? prime - y : y
    return { ...jwk, y: hex(negated.toString(16).padStart(bytes.length * 2, '0')) }
  },
  'the private key': (jwk, _, { privateKey }) =>
    privateKey === undefined ? jwk : { ...jwk, ...asJson(privateKey.export({ format: 'jwk' })) },
  "another type's members too": (jwk, random) => {
    const other = baseKeys[random(baseKeys.length)]
    return { ...other?.jwk, ...jwk }
  },
  "another type's kty and crv": (jwk, random) => {
    const { kty = null, crv = null } = baseKeys[random(baseKeys.length)]?.jwk ?? {}
    return { ...jwk, kty, crv }
  },
  'members that nobody knows': (jwk) => ({ ...jwk, toJSON: 'x', 'x5t#S256': 'AQ', '': 'x' }),
  'in a list': (jwk) => [jwk],
  'as JSON': (jwk) => JSON.stringify(jwk),
  nothing: (jwk) => jwk,
}

const textMembers = ['kty', 'crv', 'n', 'e', 'x', 'y']

/** Every change by its name. */
export const changes: ReadonlyMap<string, Change> = new Map<string, Change>([
  ...Object.entries(wholes),
  ...[...textMembers, 'alg', 'use', 'key_ops', 'kid'].flatMap((member): [string, Change][] => [
    [`${member} is missing`, (jwk) => drop(jwk, member)],
    [`${member} is in a list`, (jwk) => put(jwk, member, [jwk[member] ?? ''])],
    ...oddValues.map((value): [string, Change] => [
      `${member} is ${JSON.stringify(value)}`,
      (jwk) => put(jwk, member, value),
    ]),
  ]),
  ...textMembers.flatMap((member) =>
    Object.entries(spellings).map(([name, spell]): [string, Change] => [
      `${member}: ${name}`,
      (jwk, random) => (typeof jwk[member] === 'string' ? put(jwk, member, spell(jwk[member], random)) : jwk),
    ]),
  ),
  ...['n', 'e', 'x', 'y'].flatMap((member) =>
    Object.entries(contents).map(([name, change]): [string, Change] => [
      `${member}: ${name}`,
      (jwk, random) => {
        if (typeof jwk[member] !== 'string') return jwk
        return put(jwk, member, Buffer.from(change(bytesOf(jwk[member]), random)).toString('base64url'))
      },
    ]),
  ),
  ...Object.entries(known).flatMap(([member, values]) =>
    values.map((value): [string, Change] => [
      `${member} is ${JSON.stringify(value).slice(0, 80)}`,
      (jwk) => put(jwk, member, value),
    ]),
  ),
])

/** Numbers that look random and are the same for one seed (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Every single change to every base, and `more` keys that were changed in two or three ways. */
export function hostileKeys(seed: number, more: number): readonly HostileKey[] {
  const random = randomFrom(seed)
  const names = [...changes.keys()]
  const single = baseKeys.flatMap((base) => names.map((name) => changed(base, [name], random)))
  const several = Array.from({ length: more }, () => {
    const base = baseKeys[random(baseKeys.length)] ?? baseKeys[0]
    if (base === undefined) throw new Error('there is no key')
    const chosen = Array.from({ length: 2 + random(2) }, () => names[random(names.length)] ?? '')
    return changed(base, chosen, random)
  })
  return [...single, ...several]
}

function changed(base: BaseKey, names: readonly string[], random: Random): HostileKey {
  let jwk: Json = base.jwk
  for (const name of names) {
    // What is no object any more is left as it is.
    if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) break
    jwk = changes.get(name)?.(asObject(jwk), random, base) ?? jwk
  }
  return { base, changes: names, jwk }
}

const asObject = (jwk: Json): Jwk => jwk as Jwk
