import { expressjwt } from 'express-jwt'
import jsonwebtoken from 'jsonwebtoken'
import { expressJwtSecret, JwksClient, koaJwtSecret } from 'jwks-rsa'
import koaJwt from 'koa-jwt'
import { expressVerifier, koaVerifier } from './middleware.js'

const checks = ({ algorithm, issuer, appId }) => ({ algorithms: [algorithm], issuer, audience: appId })

export const jsonwebtokenPeer = {
  name: 'jsonwebtoken + jwks-rsa',
  packages: ['jsonwebtoken', 'jwks-rsa'],
  verifier(world, more) {
    const options = checks(world)
    const { secret, jwksUri } = world
    if (secret !== undefined) return (token) => jsonwebtoken.verify(token, secret, options)
    const client = new JwksClient({ jwksUri, ...more })
    const keyOf = ({ kid }, callback) => {
      client.getSigningKey(kid).then((key) => callback(null, key.getPublicKey()), callback)
    }
    return (token) =>
      new Promise((resolve, reject) => {
        jsonwebtoken.verify(token, keyOf, options, (error, claims) => (error ? reject(error) : resolve(claims)))
      })
  },
  withFreshness(world, { freshFor }) {
    return this.verifier(world, { cacheMaxAge: freshFor })
  },
}

/** As its README recommends: with the limiter on. */
export const jwksRsaLimited = {
  ...jsonwebtokenPeer,
  name: 'jsonwebtoken + jwks-rsa, rateLimit',
  verifier: (world, more) => jsonwebtokenPeer.verifier(world, { rateLimit: true, ...more }),
}

export const expressJwt = {
  name: 'express-jwt + jwks-rsa',
  packages: ['express-jwt', 'jwks-rsa'],
  express: (world) => {
    const secret = world.secret ?? expressJwtSecret({ cache: true, rateLimit: true, jwksUri: world.jwksUri })
    return expressjwt({ secret, ...checks(world) })
  },
  verifier: (world) => expressVerifier(expressJwt.express(world)),
}

export const koaJwtPeer = {
  name: 'koa-jwt + jwks-rsa',
  packages: ['koa-jwt', 'jwks-rsa'],
  koa: (world) => {
    const secret = world.secret ?? koaJwtSecret({ cache: true, rateLimit: true, jwksUri: world.jwksUri })
    return koaJwt({ secret, ...checks(world) })
  },
  verifier: (world) => koaVerifier(koaJwtPeer.koa(world)),
}
