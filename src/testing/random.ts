import { randomBytes } from 'node:crypto'

/** 24 hex characters: users, applications, access keys and user pools at Authing are Mongo ObjectIds. */
export const objectId = (): string => randomBytes(12).toString('hex')

/** 32 hex characters, like an application secret or a user pool's jwtSecret. */
export const secret = (): string => randomBytes(16).toString('hex')

/** 40 hex characters: an opaque OAuth 2.0 access token. */
export const opaqueToken = (): string => randomBytes(20).toString('hex')

/** 21 characters of base64url, the shape of Authing's `jti`; cut for a `nonce`. */
export const tokenId = (length = 21): string => randomBytes(length).toString('base64url').slice(0, length)
