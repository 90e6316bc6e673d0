import { createRemoteJWKSet, jwtVerify } from 'jose'
import { expressAround, koaAround } from './middleware.js'

export const jose = {
  name: 'jose',
  packages: ['jose'],
  verifier({ algorithm, issuer, appId, jwksUri, secret }, more) {
    const key = secret === undefined ? createRemoteJWKSet(new URL(jwksUri), more) : Buffer.from(secret)
    const options = { issuer, audience: appId, algorithms: [algorithm] }
    return (token) => jwtVerify(token, key, options)
  },
  withFreshness(world, { freshFor }) {
    return this.verifier(world, { cacheMaxAge: freshFor })
  },
  express: (world) => expressAround(jose.verifier(world)),
  koa: (world) => koaAround(jose.verifier(world)),
}
