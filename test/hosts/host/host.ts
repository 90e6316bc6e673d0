import type { Guard, Identity, Requirement } from 'authing-guard'

// What the table knows of a host: it is opened with routes, and each call goes to one of them.

/** A route of the host: a guard in front of a handler that tells whom it saw. */
export interface Route {
  readonly guard: Guard<Identity | undefined>
  readonly requirement?: Requirement
  /** Whether a token may also be in the cookie `session`. */
  readonly cookie?: boolean
  /** Whether the handler throws an error of its own. */
  readonly throws?: boolean
}
/** The path of each is its name. */
export type Routes = Readonly<Record<string, Route>>

/** A line of a request's header. */
export type Line = readonly [name: string, value: string]

export interface Call {
  readonly route: string
  readonly lines: readonly Line[]
  readonly method: string
  readonly query: string
}

export interface Answer {
  readonly status: number
  readonly challenge: string | undefined
  readonly retryAfter: string | undefined
  readonly cacheControl: string | undefined
  /** Of the handler: whom it saw, null for nobody. Undefined where the answer is no handler's. */
  readonly identity: unknown
}

export interface OpenHost {
  call(call: Call): Promise<Answer>
  close(): Promise<void>
}

export interface Host<Open extends OpenHost = OpenHost> {
  readonly name: string
  open(routes: Routes): Promise<Open>
}

/** What a handler answers. */
export function bodyOf({ throws }: Route, identity: Identity | undefined): { readonly identity: Identity | null } {
  if (throws) throw new Error('the handler threw this')
  return { identity: identity ?? null }
}

/** The token in a cookie header. */
export function sessionIn(cookies: string | null | undefined): string | undefined {
  return /(?:^|; ?)session=([^;]*)/.exec(cookies ?? '')?.[1]
}

/** An answer, of its parts. */
export function answerOf(status: number, header: (name: string) => string | undefined, body: string): Answer {
  return {
    status,
    challenge: header('www-authenticate'),
    retryAfter: header('retry-after'),
    cacheControl: header('cache-control'),
    identity: identityIn(body),
  }
}

function identityIn(body: string): unknown {
  try {
    return JSON.parse(body).identity
  } catch {
    return undefined
  }
}
