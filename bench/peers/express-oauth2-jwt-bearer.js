import { auth } from 'express-oauth2-jwt-bearer'
import { expressVerifier } from './middleware.js'

export const expressOauth2JwtBearer = {
  name: 'express-oauth2-jwt-bearer',
  packages: ['express-oauth2-jwt-bearer'],
  express({ algorithm, issuer, appId, jwksUri, secret }, more) {
    const key = secret === undefined ? { jwksUri } : { secret }
    return auth({ issuer, audience: appId, tokenSigningAlg: algorithm, ...key, ...more })
  },
  verifier: (world, more) => expressVerifier(expressOauth2JwtBearer.express(world, more)),
  withFreshness(world, { freshFor }) {
    return this.verifier(world, { cacheMaxAge: freshFor })
  },
}
