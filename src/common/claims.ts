/** A value that came out of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
/** An object that came out of JSON. */
export type JsonObject = { readonly [name: string]: Json }

/**
 * The claims of a verified token, as Authing sent them, frozen. Profile claims that the user never filled in are
 * `null` there, and so they are here.
 */
export interface Claims extends RegisteredClaims {
  readonly [name: string]: Json | undefined
}

/** The claims with a meaning of their own; others are of the type that you give. */
export interface RegisteredClaims {
  /** The issuer (RFC 7519, 4.1.1). */
  readonly iss?: string
  /** The user (4.1.2). A machine has none. */
  readonly sub?: string
  /** The audience (4.1.3): the appId, or an access key. */
  readonly aud?: string | readonly string[]
  /** The end, in seconds since the epoch (4.1.4). */
  readonly exp: number
  /** Not before then (4.1.5), in seconds since the epoch. */
  readonly nbf?: number
  /** When the token was issued (4.1.6), in seconds since the epoch. */
  readonly iat?: number
  /** The token's own ID (4.1.7). */
  readonly jti?: string
  /** In Authing the application, where `aud` is an access key: the reverse of OIDC's. */
  readonly azp?: string
  /** The client that asked for the token (RFC 8693, 4.3). */
  readonly client_id?: string
  /** Separated by single spaces (RFC 8693, 4.2). */
  readonly scope?: string
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A JSON text to the object in it; undefined where it holds anything else. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A value as JSON text; undefined where it is nested too deep for the stack that is left. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** An own member of an object: a property of `Object.prototype` does not count as a claim. */
export function own<T extends JsonObject, K extends keyof T>(object: T, name: K): T[K] | undefined {
  const value = object[name]
  // The value first: most claims are absent, and this is faster.
  return value !== undefined && Object.hasOwn(object, name) ? value : undefined
}

/**
 * Freezes a value that came out of JSON, with all that is in it, and deletes `__proto__` members, which an
 * `Object.assign` would turn into prototypes. It loops, since 16 KiB can hold 6,000 levels, which overflow a recursion.
 */
export function freezeDeep<T extends JsonObject>(root: T): T {
  const left: (JsonObject | readonly Json[])[] = [root]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (Object.hasOwn(node, '__proto__')) Reflect.deleteProperty(node, '__proto__')
    for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) left.push(value)
    Object.freeze(node)
  }
  return root
}
