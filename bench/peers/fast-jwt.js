import { createVerifier } from 'fast-jwt'
import buildGetJwks from 'get-jwks'
import { expressAround, koaAround } from './middleware.js'

const peer = (name, cache) => ({
  name,
  packages: ['fast-jwt'],
  remembers: cache !== false,
  // Its fastest: in place, with the public key given.
  isSync: true,
  verifier: ({ algorithm, issuer, appId, pem, secret }) =>
    createVerifier({ key: secret ?? pem, algorithms: [algorithm], allowedIss: issuer, allowedAud: appId, cache }),
})

export const fastJwt = peer('fast-jwt', false)
export const fastJwtCached = {
  ...peer('fast-jwt, cache of 20,000', 20_000),
  express: (world) => expressAround(fastJwtCached.verifier(world)),
  koa: (world) => koaAround(fastJwtCached.verifier(world)),
}

/** With the key of a JWKS, as its documentation shows: the key function makes every call asynchronous. */
export const fastJwtGetJwks = {
  name: 'fast-jwt + get-jwks',
  packages: ['fast-jwt', 'get-jwks'],
  verifier({ algorithm, issuer, appId, origin }, { cache = false, ...more } = {}) {
    const jwks = buildGetJwks(more)
    const domain = `${origin}/oidc`
    const key = ({ header: { alg, kid } }) => jwks.getPublicKey({ alg, kid, domain })
    return createVerifier({ key, algorithms: [algorithm], allowedIss: issuer, allowedAud: appId, cache })
  },
  withFreshness(world, { freshFor, remembers = false }) {
    return this.verifier(world, { ttl: freshFor, cache: remembers && 20_000 })
  },
}
