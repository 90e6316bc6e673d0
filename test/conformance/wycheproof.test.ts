import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { secretCheck } from '#signature'
import type { JsonObject } from '../../src/common/claims.js'
import type { Reason } from '../../src/common/reasons.js'
import { Refusal, refuse } from '../../src/common/refusal.js'
import { type Algorithm, publicKeyAlgorithms } from '../../src/crypto/algorithm.js'
import { findVerifier, type Verifier } from '../../src/crypto/signature.js'
import { readKeySet, select, unknownKey } from '../../src/jwks/key-set.js'
import { parseCompactJws } from '../../src/token/compact-jws.js'
import { readHeader } from '../../src/token/header.js'

// C2SP/wycheproof, testvectors_v1, Apache-2.0. The vectors stay outside the repository.
const root = fileURLToPath(new URL('../../', import.meta.url))
const file = resolve(
  root,
  process.env['WYCHEPROOF_DIR'] ?? '../shared/vectors/wycheproof',
  'json_web_signature_test.json',
)

type Verdict = 'valid' | 'invalid'
interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly jws: string
  readonly result: Verdict
}
interface Group {
  readonly comment: string
  readonly public?: JsonObject
  readonly private?: JsonObject
  readonly tests: readonly Vector[]
}

const suite: { readonly numberOfTests: number; readonly testGroups: readonly Group[] } = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { numberOfTests: 0, testGroups: [] }
const absent = suite.testGroups.length === 0

interface Deviation {
  readonly tcIds: readonly number[]
  readonly file: Verdict
  readonly guard: 'valid' | Reason
  readonly because: string
}

/** Where the guard's verdict is another than the file's, and why it stays so. */
const deviations: readonly Deviation[] = [
  {
    tcIds: [346, 350],
    file: 'valid',
    guard: 'wrong_algorithm',
    because: 'the key names PS256 and the token PS384, and a key serves one algorithm (RFC 8725, 3.1)',
  },
  {
    tcIds: [347, 351],
    file: 'valid',
    guard: 'keys_unavailable',
    because: 'the key names ES521, which is no algorithm, so the set holds no key',
  },
  {
    tcIds: [372, 373],
    file: 'valid',
    guard: 'invalid_request',
    because: 'a "?" stands in a segment, which is neither base64url (RFC 7515, 2) nor a b64token (RFC 6750, 2.1)',
  },
  {
    tcIds: [259, 264, 268, 272, 320, 325],
    file: 'valid',
    guard: 'malformed_token',
    because: 'the payload is empty: a JWS, but no JWT, which is a JSON object (RFC 7519, 7.2)',
  },
  {
    tcIds: [367, 370],
    file: 'invalid',
    guard: 'valid',
    because: 'said to be badly padded, but it is character for character the valid token 357',
  },
]

const allowed: ReadonlySet<Algorithm> = new Set([...publicKeyAlgorithms, 'HS256'])

/** The steps of src/token/verify.ts without the claims: these payloads are not JSON. */
async function prove(jws: string, key: JsonObject): Promise<Verifier | Refusal> {
  const token = parseCompactJws(jws)
  if (token instanceof Refusal) return token
  const header = readHeader(token.headerSegment)
  if (header instanceof Refusal) return header
  const { alg, kid } = header
  if (!allowed.has(alg)) return refuse('alg_not_allowed', { alg })
  const verifiers = await verifiersFor(alg, kid, key)
  if (verifiers instanceof Refusal) return verifiers
  return (await findVerifier(verifiers, jws, token.signatureDot)) ?? refuse('signature_invalid')
}

/** The algorithm's family selects the store: an `oct` key is the secret, any other key the whole JWKS. */
async function verifiersFor(
  alg: Algorithm,
  kid: string | undefined,
  key: JsonObject,
): Promise<readonly Verifier[] | Refusal> {
  const secret = key['kty'] === 'oct' && typeof key['k'] === 'string' ? Buffer.from(key['k'], 'base64url') : undefined
  if (alg === 'HS256') {
    if (secret === undefined) return refuse('alg_without_secret', { alg })
    return [{ check: secretCheck(secret), alive: true }]
  }
  const set = await readKeySet({ keys: [key] }, allowed)
  return 'fault' in set ? refuse('keys_too_old') : (select(set, kid, alg) ?? unknownKey(kid, set))
}

async function verdictOf({ jws, key }: KeyedVector): Promise<'valid' | Reason> {
  const result = await prove(jws, key)
  return result instanceof Refusal ? result.reason : 'valid'
}

interface KeyedVector extends Vector {
  readonly key: JsonObject
  readonly group: string
}

const vectors: readonly KeyedVector[] = suite.testGroups.flatMap((group, at) =>
  group.tests.map((vector) => ({
    ...vector,
    key: group.public ?? group.private ?? {},
    group: `group ${at}, ${group.comment}`,
  })),
)
const deviating = new Set(deviations.flatMap(({ tcIds }) => tcIds))

const title = 'the JSON Web Signature vectors of Wycheproof'
const leftOut = `${title} are left out: neither WYCHEPROOF_DIR nor ../shared/vectors/wycheproof has them`

describe.skipIf(absent)(absent ? leftOut : title, () => {
  test('are 401, each with a number and a key of its own, 46 of them valid', () => {
    const numbers = new Set(vectors.map(({ tcId }) => tcId))
    expect([suite.numberOfTests, vectors.length, numbers.size]).toEqual([401, 401, 401])
    expect(vectors.filter(({ result }) => result === 'valid')).toHaveLength(46)
    expect(vectors.filter(({ key }) => typeof key['kty'] !== 'string')).toEqual([])
  })

  test('hold no valid token of an algorithm that the guard leaves out, such as HS384', () => {
    const valid = vectors.filter(({ result }) => result === 'valid').map(({ jws }) => algOf(jws))
    const known = ['ES256', 'ES512', 'HS256', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']
    expect([...new Set(valid)].sort()).toEqual(known)
  })

  test('give 367 and 370 the very token that they call valid as 357', () => {
    const same = vectors.filter(({ tcId }) => [357, 367, 370].includes(tcId))
    expect(same.map(({ result }) => result)).toEqual(['valid', 'invalid', 'invalid'])
    expect(new Set(same.map(({ jws }) => jws)).size).toBe(1)
  })

  for (const vector of vectors.filter(({ tcId }) => !deviating.has(tcId))) {
    test(`${vector.tcId} (${vector.group}, ${vector.comment}) is ${vector.result}`, async () => {
      const verdict = await verdictOf(vector)
      expect(verdict === 'valid' ? 'valid' : 'invalid', verdict).toBe(vector.result)
    })
  }

  for (const { tcIds, file: told, guard, because } of deviations) {
    test(`${tcIds.join(', ')}: ${told} in the file and ${guard} here, since ${because}`, async () => {
      const named = vectors.filter(({ tcId }) => tcIds.includes(tcId))
      expect(named.map(({ tcId, result }) => [tcId, result])).toEqual(tcIds.map((tcId) => [tcId, told]))
      for (const vector of named) expect(await verdictOf(vector), String(vector.tcId)).toBe(guard)
    })
  }
})

function algOf(jws: string): unknown {
  return JSON.parse(Buffer.from(jws.split('.', 1).join(), 'base64url').toString()).alg
}
