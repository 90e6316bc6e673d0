import type { KeyObject } from 'node:crypto'
import { type MintAlgorithm, signBytes } from './algorithm.js'

export type Json = Record<string, unknown>

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Parses a JSON object. Returns undefined for anything else. */
export const parseJson = (text: string): Json | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isJson(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Encodes a header or claims set as one part of a compact token. */
export const encodeSegment = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** JWS compact serialization (RFC 7515 section 7.1). Undefined header members and claims are left out. */
export const compactJws = (header: Json, claims: Json, algorithm: MintAlgorithm, key: KeyObject | string): string => {
  const input = `${encodeSegment(header)}.${encodeSegment(claims)}`
  return `${input}.${signBytes(algorithm, input, key).toString('base64url')}`
}

/** A token without a signature: `alg` none (RFC 7518 section 3.6). */
export const unsignedJws = (header: Json, claims: Json): string => `${encodeSegment(header)}.${encodeSegment(claims)}.`

/** Flips one bit of the signature. The result is canonical base64url. */
export const flipSignatureBit = (token: string): string => {
  const dot = token.lastIndexOf('.') + 1
  const signature = Buffer.from(token.slice(dot), 'base64url')
  const middle = signature.length >> 1
  signature.writeUInt8(signature.readUInt8(middle) ^ 1, middle)
  return token.slice(0, dot) + signature.toString('base64url')
}
