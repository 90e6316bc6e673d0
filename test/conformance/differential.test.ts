import { createGuard, GuardError } from 'authing-guard'
import * as fc from 'fast-check'
import { createLocalJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { scaled } from '../support/scale.js'
import { type Stricter, stricterClasses } from './differential/classes.js'
import { type Mutation, mutate, type Original } from './differential/mutate.js'
import { mutations } from './differential/mutations.js'
import {
  algorithms,
  appId,
  at,
  issuer,
  jwks,
  type SigningAlgorithm,
  secret,
  tolerance,
} from './differential/signing.js'
import { draftsOf, mint } from './differential/tokens.js'

const seed = Number(process.env['FUZZ_SEED'] ?? 20_250_731)
const runs = Number(process.env['FUZZ_RUNS'] ?? scaled(20_000))
const enough = 20_000
/** Tokens that are judged at a time: jose's verdict comes from another thread, and nobody waits for each by itself. */
const together = 50

// One policy, told to both. The clock stands on a whole second: jose counts in those.
const application = { issuer, appId, appSecret: secret, jwks: { keys: jwks.keys.map((jwk) => ({ ...jwk })) } }
const common = { algorithms, clockTolerance: tolerance, now: () => at * 1000 }
const guard = createGuard({ ...application, ...common })
// Has to read the claims of each token before it knows whose key to take; the other knows by the header.
const guardOfTwo = createGuard({ apps: [application, { ...application, issuer: `${issuer}/2` }], ...common })
const publicKeys = createLocalJWKSet(jwks)
const secretKey = new TextEncoder().encode(secret)
const keyFor: JWTVerifyGetKey = (header, input) => (header.alg === 'HS256' ? secretKey : publicKeys(header, input))
const policy = {
  issuer,
  audience: appId,
  algorithms: [...algorithms],
  clockTolerance: tolerance,
  currentDate: new Date(at * 1000),
  requiredClaims: ['exp'],
}

/** Undefined where the guard accepts. A throw that is no refusal fails the run. */
async function refusalOf(token: string, by = guard): Promise<GuardError | undefined> {
  try {
    await by.verifyToken(token)
    return undefined
  } catch (error) {
    if (error instanceof GuardError) return error
    throw error
  }
}

async function joseAccepts(token: string): Promise<boolean> {
  try {
    await jwtVerify(token, keyFor, policy)
    return true
  } catch {
    return false
  }
}

/** What jose read when it accepted: it drops a byte order mark, white space and padding. */
function readLikeJose(token: string): Stricter {
  const read = (segment = '') => JSON.parse(new TextDecoder().decode(Buffer.from(segment, 'base64url')))
  const [header, claims] = token.split('.')
  return { token, header: read(header), claims: read(claims) }
}

type Outcome = 'accepted by both' | 'refused by both' | `stricter: ${string}`

/** Throws where the two differ in a way that has no name, or a name holds for what the guard accepts. */
async function compare(token: string, mutation: Mutation): Promise<Outcome> {
  const refusal = await refusalOf(token)
  const accepts = await joseAccepts(token)
  const told = (what: string) => new Error(`${what}: ${JSON.stringify({ refusal: refusal?.detail, mutation, token })}`)
  const second = await refusalOf(token, guardOfTwo)
  if ((second === undefined) !== (refusal === undefined)) throw told('two guards, two verdicts')
  if (refusal === undefined) {
    if (!accepts) throw told('the guard accepts what jose refuses')
    // From the second sight on it answers from memory, and says the same.
    for (const again of [await refusalOf(token), await refusalOf(token)]) expect(again, token).toBeUndefined()
    const broken = stricterClasses.find(({ holds }) => holds(readLikeJose(token)))
    if (broken !== undefined) throw told(`the guard accepts what it is said to be strict about, ${broken.name}`)
    return 'accepted by both'
  }
  expect(refusal.status, refusal.detail).toBeLessThan(500)
  if (!accepts) return 'refused by both'
  const stricter = readLikeJose(token)
  const found = stricterClasses.find(({ reason, holds }) => reason === refusal.reason && holds(stricter))
  if (found === undefined) throw told('the guard refuses, jose accepts, and no class says why')
  return `stricter: ${found.name}`
}

/** Of half of the tokens, which come out of more than one change. */
const verdicts = new Map<string, Promise<Outcome>>()
const counts = new Map<SigningAlgorithm, Map<Outcome, number>>()
const countOf = (outcome: Outcome, of: readonly SigningAlgorithm[] = algorithms) =>
  of.reduce((sum, algorithm) => sum + (counts.get(algorithm)?.get(outcome) ?? 0), 0)

describe(`${runs} mutated tokens (seed ${seed}), judged by the guard and by jose under one policy`, () => {
  const originals = new Map<SigningAlgorithm, readonly Original[]>()

  beforeAll(async () => {
    const tokens = algorithms.map((algorithm) => draftsOf(algorithm).map((draft) => ({ draft, token: mint(draft) })))
    const others = tokens.flat().map(({ token }) => token)
    // A token like these is in the guard's memory before the first change to it comes.
    for (const token of [...others, ...others]) await refusalOf(token)
    for (const [index, algorithm] of algorithms.entries()) {
      originals.set(
        algorithm,
        (tokens[index] ?? []).map((token) => ({ ...token, others })),
      )
    }
  })

  test.each(algorithms)(
    '%s: the guard accepts nothing that jose refuses, and is stricter in named ways alone',
    async (algorithm) => {
      const outcomes = new Map<Outcome, number>()
      counts.set(algorithm, outcomes)
      const from = originals.get(algorithm) ?? []
      const one = fc.tuple(mutations, fc.integer({ min: 0, max: from.length - 1 }))
      const some = fc.array(one, { minLength: together, maxLength: together })
      const property = fc.asyncProperty(some, async (batch) => {
        const judged = batch.map(([mutation, index]) => {
          const original = from[index]
          if (original === undefined) throw new Error('no such original')
          const token = mutate(mutation, original)
          const verdict = verdicts.get(token) ?? compare(token, mutation)
          verdicts.set(token, verdict)
          return verdict
        })
        for (const outcome of await Promise.all(judged)) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      })
      await fc.assert(property, {
        seed: seed * 10 + algorithms.indexOf(algorithm),
        numRuns: Math.ceil(runs / algorithms.length / together),
      })
    },
    Math.max(60_000, runs * 5),
  )

  test.skipIf(runs < enough)(`each named way is met (left out below ${enough} runs)`, () => {
    const report = stricterClasses.map(({ name }) => [name, countOf(`stricter: ${name}`)] as const)
    console.info(`stricter than jose: ${report.map(([name, count]) => `${name} ${count}`).join(', ')}`)
    expect(report.filter(([, count]) => count === 0)).toEqual([])
  })

  test('more than 5 % of the tokens are accepted by both, and more than 5 % are refused by both', () => {
    const shares = (['accepted by both', 'refused by both'] as const).map((outcome) => countOf(outcome) / runs)
    console.info(`accepted by both ${shares[0]}, refused by both ${shares[1]}`)
    for (const share of shares) expect(share).toBeGreaterThan(0.05)
  })
})
