import { describe, expect, it } from 'vitest'
import { decodeText, digestOf, importPublicKey, isBase64UrlWithDots, macBy, secretCheck } from '#signature'
import { publicKeyAlgorithms } from '../../src/crypto/algorithm.js'
import { maxTokenLength } from '../../src/crypto/limits.js'
import { findVerifier } from '../../src/crypto/signature.js'
import { parseCompactJws } from '../../src/token/compact-jws.js'
import { HeaderCache, readHeader } from '../../src/token/header.js'
import { compact, keyPair, segment, signer, tokenBy } from '../support/forge.js'
import { unrefused } from '../support/unrefused.js'
import { expectAdmitted, home, idClaims, worldWith } from '../support/world.js'

// The two makers of signature checks, and what is remembered of headers.

describe('a MAC of texts', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  // RFC 4231, test case 2, and a well-known one.
  const cases = [
    ['Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'key',
      'The quick brown fox jumps over the lazy dog',
      'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
    ],
  ] as const

  it.each(cases)('by %s of %s is what RFC 2104 says', async (secret, text, mac) => {
    const { sign, verify } = macBy(bytes(secret))
    expect(await sign(text)).toBe(mac)
    expect(await verify(text, mac)).toBe(true)
  })

  it('of another text, by another secret, or of another length does not hold', async () => {
    const [[secret, text, mac]] = cases
    const { verify } = macBy(bytes(secret))
    expect(await verify(`${text} `, mac)).toBe(false)
    expect(await verify(text, mac.slice(2))).toBe(false)
    expect(await verify(text, '')).toBe(false)
    expect(await verify(text, mac.replace(/^5/, '6'))).toBe(false)
    expect(await macBy(bytes('jefe')).verify(text, mac)).toBe(false)
  })

  it('and a digest are the same in both engines for text beyond ASCII and for half a surrogate pair', async () => {
    const text = '用户\ud800'
    expect(await digestOf(text, 'hex')).toBe(await digestOf('用户\ufffd', 'hex'))
    expect(await digestOf('abc', 'hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(await digestOf('abc')).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=')
    expect(await macBy(bytes('key')).sign(text)).toBe(await macBy(bytes('key')).sign('用户\ufffd'))
  })
})

describe('a signature check', () => {
  it.each(publicKeyAlgorithms)('knows %s', async (alg) => {
    const pair = keyPair(alg, 'kid-1')
    await expectAdmitted(worldWith([pair.jwk]).guard, tokenBy(pair, idClaims))
    const { alg: _, ...bare } = pair.jwk
    // A key without alg serves the one algorithm that its type and the options leave.
    await expectAdmitted(worldWith([bare], { algorithms: [alg] }).guard, tokenBy(pair, idClaims))
  })

  it('of a secret refuses a MAC of any other length', async () => {
    const secret = new TextEncoder().encode('the secret of the application, of more than 32 bytes')
    const check = secretCheck(secret)
    const token = compact({ alg: 'HS256' }, idClaims, signer('HS256', secret))
    const dot = token.lastIndexOf('.')
    expect(await check(token, dot)).toBe(true)
    expect(await check(token.slice(0, -4), dot)).toBe(false)
    expect(await check(`${token.slice(0, dot)}.`, dot)).toBe(false)
  })

  it('never holds under a key of another kind than its algorithm', async () => {
    const { privateKey, jwk } = keyPair('ES256', 'kid-1')
    const token = compact({ alg: 'RS256' }, idClaims, signer('ES256', privateKey))
    const { kty, crv, x, y } = jwk as Readonly<Record<'crv' | 'x' | 'y', string>> & { readonly kty: 'EC' }
    const verdict = await Promise.resolve()
      .then(() => importPublicKey({ kty, crv, x, y }, 'RS256'))
      .then((check) => check(token, token.lastIndexOf('.')))
      .catch((error: unknown) => error)
    expect(verdict).not.toBe(true)
    if (process.env['ENGINE'] === 'web') expect(verdict).toBeInstanceOf(Error)
  })

  it('throws for a malformed token instead of calling its signature bad', async () => {
    const { jwk } = keyPair('ES256', 'kid-1')
    const { kty, crv, x, y } = jwk as Readonly<Record<'crv' | 'x' | 'y', string>> & { readonly kty: 'EC' }
    const check = await importPublicKey({ kty, crv, x, y }, 'ES256')
    const verdict = await Promise.resolve()
      .then(() => check('no token', 0))
      .catch((error: unknown) => error)
    expect(verdict).not.toBe(true)
    if (process.env['ENGINE'] === 'web') expect(verdict).toBeInstanceOf(Error)
  })

  it('reads text in UTF-8 alone', () => {
    expect(decodeText(segment('{"city":"北京"}'))).toBe('{"city":"北京"}')
    expect(decodeText(segment(Uint8Array.of(0xff, 0xfe)))).toBeUndefined()
    expect(decodeText(segment('\ufeff{}'))).toBe('\ufeff{}')
  })

  it('tells invalid UTF-8 from a replacement character in the text', () => {
    expect(decodeText(segment('{"city":"\ufffd"}'))).toBe('{"city":"\ufffd"}')
    expect(decodeText(segment(Buffer.concat([Buffer.from('{"city":"\ufffd'), Buffer.of(0xff)])))).toBeUndefined()
  })
})

describe('the spelling of a token', () => {
  const letters = /^[A-Za-z0-9_.-]*$/

  it('has only base64url characters and dots, at every position', () => {
    // What a narrower encoding makes letters of, and what takes two places.
    const wide = ['\u0141', '\u2c61', '\uff21', '\ud800', '\udc41', '\u{1f600}', '\u{10041}']
    const characters = [...Array.from({ length: 0x200 }, (_, code) => String.fromCharCode(code)), ...wide]
    for (const character of characters) {
      for (let at = 0; at < 10; at++) {
        const text = `${'a'.repeat(at)}${character}${'Z'.repeat(9 - at)}`
        expect(isBase64UrlWithDots(text), JSON.stringify(text)).toBe(letters.test(text))
      }
    }
  })

  it('is looked at to its end', () => {
    expect(isBase64UrlWithDots('A'.repeat(maxTokenLength))).toBe(true)
    for (const end of ['=', '\n', '\u0141', '\u2c61', '\ud800']) {
      expect(isBase64UrlWithDots('A'.repeat(maxTokenLength - 1) + end)).toBe(false)
    }
    expect(isBase64UrlWithDots('\u2c61'.repeat(maxTokenLength))).toBe(false)
    expect(isBase64UrlWithDots('')).toBe(true)
  })

  it('of one token says nothing of the signature of another', async () => {
    const secret = new TextEncoder().encode('the secret of the application, of more than 32 bytes')
    const check = secretCheck(secret)
    const good = compact({ alg: 'HS256' }, idClaims, signer('HS256', secret))
    const dot = good.lastIndexOf('.')
    const forged = good.replace(/.(?=\.[^.]*$)/, (last) => (last === 'A' ? 'B' : 'A'))
    expect(forged).toHaveLength(good.length)
    for (const seen of [good, forged, good.slice(0, -1), `${good.slice(0, 4)}\u0141${good.slice(5)}`, '']) {
      isBase64UrlWithDots(seen)
      expect(await check(good, dot)).toBe(true)
      isBase64UrlWithDots(seen)
      expect(await check(forged, dot)).toBe(false)
      expect(await check(good, dot)).toBe(true)
    }
  })
})

describe('verifiers', () => {
  it('are tried in turn, until one holds', async () => {
    const tried: string[] = []
    const verifier = (name: string, holds: boolean | Promise<boolean>) => ({
      name,
      alive: true,
      check: () => {
        tried.push(name)
        return holds
      },
    })
    const [no, yes, late] = [verifier('no', false), verifier('yes', Promise.resolve(true)), verifier('late', true)]
    expect(await findVerifier([no, yes, late], 'a.b.c', 3)).toBe(yes)
    expect(tried).toEqual(['no', 'yes'])
    expect(await findVerifier([no], 'a.b.c', 3)).toBeUndefined()
    expect(findVerifier([], 'a.b.c', 3)).toBeUndefined()
  })
})

describe('a header', () => {
  it('is cached once a signature under it has verified, and at most 64 are', async () => {
    const memory = new HeaderCache()
    const tokenOf = (at: number) =>
      unrefused(parseCompactJws(`${segment({ alg: 'RS256', kid: `kid-${at}` })}.e30.AAAA`))
    const headerOf = (at: number) => unrefused(readHeader(tokenOf(at).headerSegment))
    for (let at = 0; at < 64; at++) memory.set(tokenOf(at), headerOf(at))
    const first = memory.get(tokenOf(0))
    expect(first).toEqual({ alg: 'RS256', kid: 'kid-0', isAccessToken: false })
    memory.set(tokenOf(0), headerOf(1))
    expect(memory.get(tokenOf(0))).toBe(first)
    memory.set(tokenOf(64), headerOf(64))
    expect(memory.get(tokenOf(0))).toBeUndefined()
    expect(memory.get(tokenOf(64))).toMatchObject({ kid: 'kid-64' })
  })

  it('is known again by all of its segment alone', () => {
    const memory = new HeaderCache()
    const header = segment({ alg: 'RS256', kid: 'kid-1' })
    const known = unrefused(parseCompactJws(`${header}.e30.AAAA`))
    memory.set(known, unrefused(readHeader(header)))
    for (let at = 0; at < 2; at++) expect(memory.get(known)).toMatchObject({ kid: 'kid-1' })
    for (const other of [`${header}AAAA`, header.slice(0, -4), segment({ alg: 'RS256', kid: 'kid-2' })]) {
      expect(memory.get(unrefused(parseCompactJws(`${other}.e30.AAAA`)))).toBeUndefined()
    }
    expect(memory.get(known)).toMatchObject({ kid: 'kid-1' })
  })

  it('that is known says no more than one that is new', async () => {
    const { guard, token } = home()
    for (let at = 0; at < 3; at++) await expectAdmitted(guard, token({ ...idClaims, jti: `${at}` }))
    const foreign = token({ ...idClaims, iss: 'https://evil.example' })
    await expect(guard.verifyToken(foreign)).rejects.toMatchObject({ reason: 'unknown_issuer' })
    const list = `${token().split('.')[0]}.${segment('[]')}.AAAA`
    await expect(guard.verifyToken(list)).rejects.toMatchObject({ status: 401 })
    const signedList = token('[]')
    await expect(guard.verifyToken(signedList)).rejects.toMatchObject({ reason: 'malformed_token' })
  })
})
