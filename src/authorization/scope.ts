/**
 * Authing's scope grammar: `resource`, `resource:action` or `resource:id:action`, any of them `*`. `book:read` is
 * `book:*:read`; `book`, `book:*` and `book:*:*` are all of book's actions; `*`, `*:*` and `*:*:*` are everything.
 * (Authing's guides on machine-to-machine and user consent authorization.)
 */
export interface Scope {
  readonly text: string
  /** Undefined for what is not one to three parts, as URLs and URNs are: that matches as a whole, or not at all. */
  readonly parts: { readonly resource: string; readonly id: string; readonly action: string } | undefined
  /** One part alone: a name, which may or may not mean all of that resource. */
  readonly isBare: boolean
}

/** RFC 6749, 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). It goes into a header. */
export const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** A token's scopes, parsed once. */
export type Scopes = readonly Scope[]

/**
 * Scopes that OpenID Connect and Authing give a meaning of their own (OpenID Connect Core, 5.4 and 11; Authing's guide
 * to OIDC scopes): hosted login grants them to everybody, and they name a user's data. And the resource codes that
 * Authing keeps for itself (its reference of `createResource`), but for `*`. None of them is a resource of an API.
 */
const reserved: ReadonlySet<string> = new Set([
  ...['openid', 'profile', 'email', 'phone', 'address', 'offline_access'],
  ...['username', 'roles', 'unionid', 'external_id', 'extended_fields', 'tenant_id', 'userpool_id'],
  ...['userpool', 'user', 'application', 'role', 'group', 'org', 'api', 'resource-namespace', 'custom-resource'],
])

const urn = /^urn:/i

export function parseScope(text: string): Scope {
  const split = text.split(':', 4)
  const isOdd = split.length > 3 || split.includes('') || text.includes('://') || urn.test(text)
  const [resource = '', second = '*', third] = split
  const parts = third === undefined ? { resource, id: '*', action: second } : { resource, id: second, action: third }
  return { text, parts: isOdd ? undefined : parts, isBare: split.length === 1 }
}

export function parseScopes(texts: readonly string[]): Scopes {
  return texts.map(parseScope)
}

/** Whether the scope names a part of a reserved name, as `email:read` does: no token can grant that. */
export function isReserved({ parts, isBare }: Scope): boolean {
  return !isBare && parts !== undefined && reserved.has(parts.resource)
}

/**
 * Whether a scope that is needed is among, or within, those that are granted. `expandsBare` says whether a bare `book`
 * means all of book's actions; reserved names never do.
 */
export function covers(granted: Scopes, needed: Scope, expandsBare: boolean): boolean {
  return granted.some((scope) => coversOne(scope, needed, expandsBare))
}

function coversOne(granted: Scope, needed: Scope, expandsBare: boolean): boolean {
  if (granted.text === needed.text) return true
  const [have, want] = [granted.parts, needed.parts]
  if (have === undefined || want === undefined) return false
  if (granted.isBare && (!expandsBare || reserved.has(have.resource))) return false
  // A bare name that is needed may be a reserved one, which no other scope contains.
  if (needed.isBare && reserved.has(want.resource)) return false
  if (have.resource === '*') return have.id === '*' && have.action === '*'
  const holds = (part: string, wanted: string) => part === '*' || part === wanted
  return have.resource === want.resource && holds(have.id, want.id) && holds(have.action, want.action)
}
