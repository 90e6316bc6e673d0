import { authingGuardNoCache, authingGuardPeer } from './authing-guard.js'
import { authingNodeSdk } from './authing-node-sdk.js'
import { awsJwtVerify } from './aws-jwt-verify.js'
import { expressOauth2JwtBearer } from './express-oauth2-jwt-bearer.js'
import { fastJwt, fastJwtCached, fastJwtGetJwks } from './fast-jwt.js'
import { jose } from './jose.js'
import { expressJwt, jsonwebtokenPeer, jwksRsaLimited, koaJwtPeer } from './jwks-rsa.js'

/**
 * A library as its users use it.
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {readonly string[]} packages
 * @property {boolean} [remembers] whether a token that it has seen costs less
 * @property {boolean} [isSync] whether `verifier`'s function answers in place
 * @property {(world: World, more?: object) => (token: string) => unknown} verifier
 * @property {(world: World, times: Times) => (token: string) => unknown} [withFreshness] a verifier whose key set gets
 *   old in time to be measured
 * @property {boolean} [takesClock]
 * @property {(world: World) => Function} [express] a middleware
 * @property {(world: World) => Function} [koa]
 */

/**
 * When a key set gets old.
 *
 * @typedef {object} Times
 * @property {number} freshFor milliseconds, by an option that the peer has
 * @property {() => number} now for a peer that takes a clock
 * @property {boolean} [remembers] whether tokens are to be remembered, by a peer that does not do so unasked
 */

/**
 * Whom to trust.
 *
 * @typedef {object} World
 * @property {'RS256' | 'ES256' | 'HS256'} algorithm
 * @property {string} issuer
 * @property {string} appId
 * @property {string} origin where the issuer really is, on loopback
 * @property {string} jwksUri
 * @property {string | undefined} pem
 * @property {string | undefined} secret
 */

/** Who verifies tokens. @type {readonly Peer[]} */
export const verifiers = [
  authingGuardNoCache,
  authingGuardPeer,
  jose,
  fastJwt,
  fastJwtCached,
  awsJwtVerify,
  jsonwebtokenPeer,
  expressJwt,
  koaJwtPeer,
  expressOauth2JwtBearer,
  authingNodeSdk,
]

/** Who fetches keys. @type {readonly Peer[]} */
export const fetchers = [
  authingGuardPeer,
  jose,
  fastJwtGetJwks,
  awsJwtVerify,
  jsonwebtokenPeer,
  jwksRsaLimited,
  expressOauth2JwtBearer,
]

/** Who stands in front of an HTTP server. @type {readonly Peer[]} */
export const doors = [authingGuardPeer, fastJwtCached, jose, expressOauth2JwtBearer, expressJwt, koaJwtPeer]
