import { createGuard, GuardError } from 'authing-guard'
import { importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { type Algorithm, publicKeyAlgorithms } from '../../src/crypto/algorithm.js'
import type { SignatureCheck } from '../../src/crypto/signature.js'
import * as nodeEngine from '../../src/crypto/signature.node.js'
import * as webEngine from '../../src/crypto/signature.web.js'
import { type FitKey, inspectKey } from '../../src/jwks/key.js'
import { compact, signer } from '../support/forge.js'
import { appId, idClaims, issuer, now } from '../support/world.js'
import { type BaseKey, baseKeys, type HostileKey, hostileKeys } from './differential/hostile-keys.js'

const seed = Number(process.env['FUZZ_SEED'] ?? 20_260_731)
const allowed: ReadonlySet<Algorithm> = new Set(publicKeyAlgorithms)
const keys = hostileKeys(seed, 1500)

type Engine = Pick<typeof nodeEngine | typeof webEngine, 'importPublicKey'>

/** The key's check, or undefined where the engine does not import it. */
async function imported(engine: Engine, { material, algorithm }: FitKey): Promise<SignatureCheck | undefined> {
  try {
    return await engine.importPublicKey(material, algorithm)
  } catch {
    return undefined
  }
}

const kid = 'kid-1'
const hashes = ['256', '384', '512']

/** Tokens that the base's own private key signed, under each algorithm that it can sign; and one that is broken. */
function tokensOf({ jwk, privateKey, name }: BaseKey): readonly string[] {
  // What signs nothing, and a key that is too short for PS512.
  if (privateKey === undefined || ['X25519', 'Ed448', 'RSA of 1024 bits'].includes(name)) return []
  const signed = algorithmsOf(jwk['kty'], jwk['crv']).map((alg) =>
    compact({ alg, kid }, idClaims, signer(alg, privateKey)),
  )
  return signed.flatMap((token) => [token, `${token.slice(0, -12)}AAAAAAAAAAAA`])
}

function algorithmsOf(type: unknown, curve: unknown): readonly string[] {
  if (type === 'RSA') return hashes.flatMap((hash) => [`RS${hash}`, `PS${hash}`])
  if (type === 'EC') return [curve === 'P-521' ? 'ES512' : curve === 'P-384' ? 'ES384' : 'ES256']
  return ['EdDSA']
}

const tokens = new Map(baseKeys.map((base) => [base, tokensOf(base)]))
const described = ({ base, changes, jwk }: HostileKey) =>
  `${base.name}, ${changes.join(', ')} (seed ${seed}): ${JSON.stringify(jwk).slice(0, 500)}`

describe(`${keys.length} hostile and odd JSON Web Keys`, () => {
  it('are at least 2,000, and some are accepted, some refused by our checks, some by the platform', async () => {
    expect(keys.length).toBeGreaterThan(2000)
    const fits = keys.map(({ jwk }) => inspectKey(jwk, allowed))
    const fit = fits.filter((one) => typeof one !== 'string')
    const accepted = (await Promise.all(fit.map((one) => imported(nodeEngine, one)))).filter(Boolean)
    const share = {
      refused: keys.length - fit.length,
      platform: fit.length - accepted.length,
      accepted: accepted.length,
    }
    console.info(
      `refused by our checks ${share.refused}, by the platform ${share.platform}, accepted ${share.accepted}`,
    )
    expect(share.refused).toBeGreaterThan(500)
    expect(share.platform).toBeGreaterThan(100)
    expect(share.accepted).toBeGreaterThan(300)
  })

  it('are imported by node:crypto exactly where jose imports them', async () => {
    const differing = []
    for (const key of keys) {
      const fit = inspectKey(key.jwk, allowed)
      if (typeof fit === 'string') continue
      const [node, web] = await Promise.all([imported(nodeEngine, fit), imported(webEngine, fit)])
      if ((node === undefined) !== (web === undefined)) differing.push(`node ${node !== undefined}: ${described(key)}`)
    }
    expect(differing).toEqual([])
  })

  it('verify the same signatures by node:crypto and by jose', async () => {
    const verdicts = { true: 0, false: 0 }
    for (const key of keys) {
      const fit = inspectKey(key.jwk, allowed)
      if (typeof fit === 'string') continue
      const [node, web] = await Promise.all([imported(nodeEngine, fit), imported(webEngine, fit)])
      if (node === undefined || web === undefined) continue
      for (const token of tokensFor(key, fit)) {
        const dot = token.lastIndexOf('.')
        const verdict = await node(token, dot)
        expect(await web(token, dot), described(key)).toBe(verdict)
        verdicts[`${verdict}`]++
      }
    }
    expect(verdicts.true).toBeGreaterThan(100)
    expect(verdicts.false).toBeGreaterThan(100)
  })

  it('are accepted by a guard with tokens that jose accepts with the same key, and with no others', async () => {
    const outcomes = { accepted: 0, refused: 0, unfit: 0 }
    for (const key of keys) {
      const fit = inspectKey(key.jwk, allowed)
      const guard = guardOf(key)
      if (typeof fit === 'string') {
        expect(guard, described(key)).toBeUndefined()
        outcomes.unfit++
        continue
      }
      const other = (tokens.get(key.base) ?? []).find((token) => algorithmOfToken(token) !== fit.algorithm)
      for (const token of [...tokensFor(key, fit), ...(other === undefined ? [] : [other])]) {
        const accepts = guard !== undefined && (await guardAccepts(guard, token))
        expect(accepts, described(key)).toBe(await joseAccepts(fit, token))
        outcomes[accepts ? 'accepted' : 'refused']++
      }
    }
    expect(outcomes.accepted).toBeGreaterThan(100)
    expect(outcomes.refused).toBeGreaterThan(100)
    expect(outcomes.unfit).toBeGreaterThan(500)
  })
})

/** Its header says which algorithm a check is for; another one's token never comes to it. */
const tokensFor = ({ base }: HostileKey, { algorithm }: FitKey) =>
  (tokens.get(base) ?? []).filter((token) => algorithmOfToken(token) === algorithm)

const algorithmOfToken = (token: string): unknown =>
  JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString()).alg

/** Undefined where its construction throws. */
function guardOf({ jwk }: HostileKey) {
  try {
    const named = typeof jwk === 'object' && jwk !== null && !Array.isArray(jwk) ? { ...jwk, ...kidOf(jwk) } : jwk
    return createGuard({
      issuer,
      appId,
      jwks: { keys: [named] } as never,
      algorithms: [...publicKeyAlgorithms],
      now: () => now,
    })
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return undefined
  }
}

/** The tokens name this `kid`; one that is no string stays what it is. */
const kidOf = (jwk: object) => (typeof Reflect.get(jwk, 'kid') === 'string' || !('kid' in jwk) ? { kid } : {})

async function guardAccepts(guard: ReturnType<typeof createGuard>, token: string): Promise<boolean> {
  try {
    await guard.verifyToken(token)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(GuardError)
    return false
  }
}

/** jose alone, without the guard's engines: the key is bound to its algorithm, as the guard binds it. */
async function joseAccepts({ material, algorithm }: FitKey, token: string): Promise<boolean> {
  try {
    const key = await importJWK(material, algorithm)
    await jwtVerify(token, key, { algorithms: [algorithm], issuer, audience: appId, currentDate: new Date(now) })
    return true
  } catch {
    return false
  }
}
