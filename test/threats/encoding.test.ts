import { describe, expect, it } from 'vitest'
import { compact, keyPair, type Part, segment, signer, tokenBy, withSignature } from '../support/forge.js'
import { quickest } from '../support/quickest.js'
import { expect401, expectAdmitted, idClaims, issuer, refusalOf, without, worldWith } from '../support/world.js'

// Threats of section C about the encoding of a compact JWS and its JSON.

const key = keyPair('ES256', 'kid-1')
const { guard } = worldWith([key.jwk])
const good = tokenBy(key, idClaims)
const header = { alg: 'ES256', typ: 'JWT', kid: 'kid-1' }
const sign = signer('ES256', key.privateKey)

/** The token with each of its segments changed in turn. */
function variants(change: (text: string) => string): readonly string[] {
  const parts = good.split('.')
  return parts.map((_, at) => parts.map((part, index) => (index === at ? change(part) : part)).join('.'))
}

async function refused(token: string) {
  const error = await refusalOf(guard.verifyToken(token))
  expect([400, 401], token.slice(0, 40)).toContain(error.status)
  return error
}

describe('the alphabet', () => {
  const strangers = [' ', '\t', '\r\n', '\n', '=', '==', '#', '?', '\0', '\u00a0', '\u200b', '%20', '+', '/', ',', '*']
  const outside = [...strangers, '\ufeff', '"', '\\', ':', '~']

  it.each(outside)('C1: a token with %j at any position of any segment is refused', async (text) => {
    await expectAdmitted(guard, good)
    const changes = [
      (part: string) => part + text,
      (part: string) => text + part,
      (part: string) => part.slice(0, 8) + text + part.slice(8),
    ]
    for (const change of changes) for (const token of variants(change)) await refused(token)
  })

  it('C1: characters that a lenient decoder drops are refused, even when they are signed', async () => {
    for (const text of outside) {
      const input = `${segment(header)}.${segment(idClaims).slice(0, 8)}${text}${segment(idClaims).slice(8)}`
      await refused(`${input}.${Buffer.from(sign(Buffer.from(input))).toString('base64url')}`)
    }
  })

  it('C2: padding and the standard base64 alphabet are refused, even when they are signed', async () => {
    const texts = [
      { ...idClaims, name: '>>>???' },
      { ...idClaims, name: '>>>???1' },
      { ...idClaims, name: '>>>???12' },
    ]
    for (const claims of texts) {
      await expectAdmitted(guard, compact(header, claims, sign))
      const standard = Buffer.from(JSON.stringify(claims)).toString('base64')
      expect(standard).toMatch(/[+/=]/)
      const input = `${segment(header)}.${standard}`
      await refused(`${input}.${Buffer.from(sign(Buffer.from(input))).toString('base64url')}`)
    }
    const padded = Buffer.from(good.slice(good.lastIndexOf('.') + 1), 'base64url').toString('base64')
    await refused(withSignature(good, padded))
  })

  it('C3: every non-canonical base64url encoding of the same bytes is refused', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    let spellings = 0
    for (const [at, part] of good.split('.').entries()) {
      for (const last of alphabet) {
        const other = part.slice(0, -1) + last
        const isSame = Buffer.from(other, 'base64url').equals(Buffer.from(part, 'base64url'))
        if (other === part || !isSame) continue
        spellings++
        const parts = good.split('.')
        parts[at] = other
        await expect401(guard, parts.join('.'), 'malformed_token')
      }
    }
    expect(spellings).toBeGreaterThan(2)
  })

  it('C3: of the 64 last characters of a MAC exactly one is accepted, for each of the 16 canonical ones', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const secret = 'the secret of the application, of more than 32 bytes'
    const { guard } = worldWith([key.jwk], { appSecret: secret })
    const signHmac = signer('HS256', secret)
    const seen = new Set<string>()
    for (let nonce = 0; seen.size < 16; nonce++) {
      const token = compact({ alg: 'HS256' }, { ...idClaims, nonce: String(nonce) }, signHmac)
      const last = token.slice(-1)
      if (seen.has(last)) continue
      seen.add(last)
      await expectAdmitted(guard, token)
      for (const other of alphabet.replace(last, '')) {
        await expect401(guard, token.slice(0, -1) + other, 'malformed_token', 'bad_signature')
      }
    }
    expect([...seen].sort().join('')).toBe('048AEIMQUYcgkosw')
  })

  it('C3: a dangling last character, which a decoder drops, is refused', async () => {
    // The signature of ES384 has 96 bytes: its spelling ends with a whole group of four.
    const long = keyPair('ES384', 'kid-2')
    const world = worldWith([long.jwk])
    const token = tokenBy(long, idClaims)
    await expectAdmitted(world.guard, token)
    await expect401(world.guard, `${token}A`, 'malformed_token')
    const filled = [0, 1, 2].map((fill) => segment({ ...idClaims, fill: 'x'.repeat(fill) }))
    for (const claims of filled.filter(({ length }) => length % 4 === 0)) {
      const input = `${segment(header)}.${claims}A`
      const signed = `${input}.${Buffer.from(sign(Buffer.from(input))).toString('base64url')}`
      await expect401(guard, signed, 'malformed_token')
    }
  })

  it('C4: characters whose low byte matches a valid character are refused', async () => {
    for (const shift of [0x100, 0x2000, 0xff00]) {
      const alias = (part: string) => String.fromCharCode(part.charCodeAt(0) + shift) + part.slice(1)
      for (const token of variants(alias)) await refused(token)
      for (const token of variants((part) => Array.from(part, (char) => alias(char)).join(''))) await refused(token)
    }
    await refused(good.replace('.', '\u012e'))
  })

  it.each([
    ['one segment', 'e30'],
    ['two segments', good.slice(0, good.lastIndexOf('.'))],
    ['four segments', `${good}.e30`],
    ['five segments', `${good}.e30.e30`],
    ['six segments', `${good}.e30.e30.e30`],
    ['3001 segments', `${'a.'.repeat(3000)}a`],
    ['15,000 dots', '.'.repeat(15_000)],
    ['a leading dot', `.${good}`],
    ['a trailing dot', `${good}.`],
    ['no header', good.slice(good.indexOf('.'))],
    ['no claims', good.replace(/\.[^.]+\./, '..')],
    ['dots alone', '..'],
  ])('C5: a token with the wrong number of segments is refused: %s', async (_, token) => {
    await expect401(guard, token, 'malformed_token', 'encrypted_token')
  })
})

describe('JSON', () => {
  const texts = [
    ...['null', '[]', '"x"', '1', 'true', '', ' ', '{}{}', '{} {}', '{"a":1}x', '{"a":NaN}', '{"a":0x10}', "{'a':1}"],
    ...['{"a":1,}', '{b:1}', '// c\n{}', '/* c */{}', '{"a":Infinity}', '{"a":01}', '{"a":+1}', '{"a":1', '[{"a":1}]'],
  ]

  it.each(texts)('C12: %j is refused as claims and as header', async (text) => {
    await expectAdmitted(guard, compact(header, ` ${JSON.stringify(idClaims)}\n`, sign))
    await expect401(guard, compact(header, text, sign), 'malformed_token')
    await expect401(guard, compact(text, idClaims, sign), 'malformed_token')
    const inside = (part: object) => text.replace(/"?a"?/, () => `${JSON.stringify(part).slice(1, -1)},"a"`)
    if (text.includes('a')) await expect401(guard, compact(header, inside(idClaims), sign), 'malformed_token')
  })

  const json = JSON.stringify(idClaims)
  const named = (bytes: readonly number[]) =>
    Buffer.concat([Buffer.from(`${json.slice(0, -1)},"city":"`), Buffer.from(bytes), Buffer.from('"}')])
  it.each<[string, Part]>([
    ['UTF-16, little-endian', Buffer.from(json, 'utf16le')],
    ['UTF-16 with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(json, 'utf16le')])],
    ['UTF-8 with a mark', `\ufeff${json}`],
    ['a lone continuation byte', named([0x80])],
    ['a truncated sequence', named([0xe4, 0xbd])],
    ['an overlong slash', named([0xc0, 0xaf])],
    ['an overlong NUL', named([0xc0, 0x80])],
    ['an encoded surrogate', named([0xed, 0xa0, 0x80])],
    ['a code point above U+10FFFF', named([0xf4, 0x90, 0x80, 0x80])],
    ['Latin-1', named([0xe9])],
  ])('C13: claims that are not valid UTF-8 are refused: %s', async (_, claims) => {
    await expectAdmitted(guard, compact(header, named([...Buffer.from('北京')]), sign))
    await expect401(guard, compact(header, claims, sign), 'malformed_token')
    const bytes = typeof claims === 'string' ? Buffer.from(claims) : Buffer.from(claims as Uint8Array)
    await expect401(guard, compact(bytes, idClaims, sign), 'malformed_token')
  })

  it('C14: the last of two claims with the same name counts', async () => {
    const twice = (name: string, first: unknown, second: unknown) =>
      compact(
        header,
        `{"${name}":${JSON.stringify(first)},${json.slice(1, -1)},"${name}":${JSON.stringify(second)}}`,
        sign,
      )
    await expectAdmitted(guard, twice('exp', 1, idClaims.exp))
    await expect401(guard, twice('exp', idClaims.exp, 1), 'expired_token')
    await expect401(guard, twice('iss', issuer, 'https://evil.example'), 'unknown_issuer')
    await expect(guard.verifyToken(twice('sub', 'somebody', 'else'))).resolves.toMatchObject({ userId: 'else' })
  })

  it('C15: claims under __proto__ and constructor count as absent and pollute no prototype', async () => {
    const { exp, sub, aud, iss, ...rest } = idClaims
    const hidden = JSON.stringify({ exp, sub, aud, iss })
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const text = (claims: object) =>
        `{"${name}":${hidden},"constructor":{"prototype":${hidden}},${JSON.stringify(claims).slice(1)}`
      await expect401(guard, compact(header, text(rest), sign), 'unknown_issuer')
      await expect401(guard, compact(header, text({ ...rest, iss, aud, sub }), sign), 'wrong_claim')
      await expect401(guard, compact(header, text({ ...rest, iss, exp, sub }), sign), 'wrong_audience')
      await expect401(guard, compact(header, text({ ...rest, iss, exp, aud }), sign), 'wrong_claim')
      const identity = await guard.verifyToken(compact(header, text(idClaims), sign))
      expect(Object.hasOwn(identity.claims, '__proto__')).toBe(false)
      expect(Object.getPrototypeOf(Object.assign({}, identity.claims))).toBe(Object.prototype)
    }
    const protoHeader = `{"__proto__":{"alg":"ES256","kid":"kid-1"},"typ":"JWT"}`
    await expect401(guard, compact(protoHeader, idClaims, sign), 'wrong_algorithm')
    expect('exp' in {}).toBe(false)
  })

  it('C15: no claim or header member is read from a polluted Object.prototype', async () => {
    const { iss, aud, sub, exp } = idClaims
    const polluted = { iss, aud, sub, exp, alg: 'ES256', kid: 'kid-1', typ: 'at+jwt', data: { id: 'evil' } }
    const tokens = ['iss', 'aud', 'sub', 'exp'].map((name) => compact(header, without(idClaims, name), sign))
    const fresh = compact({ alg: 'ES256', kid: 'kid-1' }, { ...idClaims, jti: 'fresh' }, sign)
    try {
      for (const [name, value] of Object.entries(polluted)) {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
      }
      for (const token of [...tokens, compact({ kid: 'kid-1' }, idClaims, sign)]) await expect401(guard, token)
      await expect(guard.verifyToken(fresh)).resolves.toMatchObject({ tokenType: 'id_token', userId: sub })
      await expect401(guard, compact({ alg: 'ES256', kid: 'kid-9' }, idClaims, sign), 'unknown_key')
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
  })
})

describe('size', () => {
  it('C17: a token of more than 16 KiB is refused by its length before anything is decoded', async () => {
    const filled = (fill: number) => compact(header, { ...idClaims, fill: 'x'.repeat(fill) }, sign)
    const room = Math.floor(((16_384 - good.length) * 3) / 4) - 20
    await expectAdmitted(guard, filled(room))
    for (const token of [filled(room + 60), filled(150_000), withSignature(good, 'A'.repeat(100_000))]) {
      const { detail } = await expect401(guard, token, 'malformed_token')
      expect(detail).toBe('the token is over 16384 characters')
    }
    const { detail } = await expect401(guard, compact({ ...header, fill: 'x'.repeat(100_000) }, idClaims, sign))
    expect(detail).toBe('the token is over 16384 characters')
  })

  it('C17: a token of exactly 16,384 characters is read, and one character more is too long', async () => {
    const ofLength = (length: number) => {
      const bytes = Math.floor(((length - good.length) * 3) / 4) - 20
      for (let fill = bytes; fill < bytes + 20; fill++) {
        for (const pad of ['', 'x', 'xx', 'xxx']) {
          const token = compact({ ...header, pad }, { ...idClaims, fill: 'x'.repeat(fill) }, sign)
          if (token.length === length) return token
        }
      }
      throw new Error(`no token has ${length} characters`)
    }
    await expectAdmitted(guard, ofLength(16_384))
    const { detail } = await expect401(guard, ofLength(16_385), 'malformed_token')
    expect(detail).toBe('the token is over 16384 characters')
  })

  it('C18: a token whose member names collide in a hash table is verified quickly', async () => {
    const numbers = Array.from({ length: 800 }, (_, at) => `"${2 ** 24 + at * 4096}":0`)
    const token = compact(header, `${JSON.stringify(idClaims).slice(0, -1)},${numbers.join()}}`, sign)
    const forgetful = worldWith([key.jwk], { tokenCache: false }).guard
    await expectAdmitted(forgetful, good)
    expect(await quickest(() => expectAdmitted(forgetful, token))).toBeLessThan(250)
    const flood = compact(header, `{${Array.from({ length: 200_000 }, (_, at) => `"${at * 4096}":0`).join()}}`, sign)
    await expect401(guard, flood, 'malformed_token')
  })
})
