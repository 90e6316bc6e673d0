import { type PairAlgorithm, pairAlgorithm, pairAlgorithms } from './algorithm.js'
import { certificatePem } from './certificate.js'
import type { SigningKey } from './key.js'
import { type Answer, type Exchange, type Handler, json, type Routes } from './route.js'
import { hostileKey } from './state.js'

// The server of an attacker. A guard that follows `jku`, `x5u` or a redirect finds keys here that verify the forged
// token, and the test that expects a refusal fails. `pool.requests` shows whether a guard asked.

const hostileKeys = ({ state, applications }: Exchange): readonly SigningKey[] => {
  for (const { algorithm } of applications) hostileKey(state, pairAlgorithm(algorithm))
  return [...state.hostileKeys.values()]
}

/** Each key under its own `kid` and under the published ones. */
const jwks = (exchange: Exchange): Answer => {
  const kids = exchange.applications.map(({ signingKey }) => signingKey.kid)
  const keys = hostileKeys(exchange).flatMap(({ jwk }) => [jwk, ...kids.map((kid) => ({ ...jwk, kid }))])
  return json(200, { keys })
}

const certificate =
  (algorithm: PairAlgorithm): Handler =>
  ({ state }) => ({
    status: 200,
    headers: { 'content-type': 'application/pem-certificate-chain' },
    body: certificatePem(hostileKey(state, algorithm)),
  })

const certificates = pairAlgorithms.map((algorithm) => [`/hostile/${algorithm}.pem`, { GET: certificate(algorithm) }])

export const hostileRoutes: Routes = { '/hostile/jwks.json': { GET: jwks }, ...Object.fromEntries(certificates) }
