import { count, seconds, type TableOf } from '../common/options.js'

/** How keys are fetched and kept. Times in seconds. */
export interface JwksCacheOptions {
  /** How long fetched keys are fresh (RFC 9111). A refresh begins at 80 % of it. */
  readonly maxAge?: number | undefined
  /**
   * How long after that they still serve while the issuer is out of reach (RFC 5861). While its answers are unusable, TLS
   * faults included, they serve for an hour of it at most, from the first such answer. 0 turns it off.
   */
  readonly staleIfError?: number | undefined
  /** How long one fetch may take, body included. */
  readonly timeout?: number | undefined
  /** Bytes that a JWKS may have, after inflation. */
  readonly maxBytes?: number | undefined
}

export const jwksCacheOptions = {
  maxAge: seconds({ min: 1, max: 86_400, default: 600 }),
  staleIfError: seconds({ min: 0, max: 604_800, default: 86_400 }),
  timeout: seconds({ min: 0.01, max: 30, default: 3 }),
  maxBytes: count({ unit: 'bytes', min: 1024, max: 16_777_216, default: 262_144 }),
} satisfies TableOf<JwksCacheOptions>
