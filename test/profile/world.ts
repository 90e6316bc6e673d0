import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createGuard, type Guard, type GuardEvent, type GuardOptions } from 'authing-guard'
import { createProfiles, isProfileError, type ProfileError, type Profiles } from 'authing-guard/profile'
import { afterAll, beforeAll, expect } from 'vitest'
import { keyPair, tokenBy } from '../support/forge.js'
import { closed, listening, portOf } from '../support/http.js'
import { accessClaims, appId, now, userId } from '../support/world.js'

// An issuer whose userinfo endpoint answers what a test wants, over HTTP.

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** What the endpoint answers: an object as JSON with status 200, or this. */
export class Raw {
  constructor(
    readonly status: number,
    readonly body: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** What the endpoint says of the user. */
export const claims = {
  sub: userId,
  name: 'Mole',
  nickname: null,
  username: 'mole',
  picture: 'https://files.example.com/mole.png',
  email: 'mole@example.com',
  email_verified: true,
  phone_number: '13800000000',
  phone_number_verified: false,
  gender: 'U',
  birthdate: '',
  updated_at: '2023-01-03T08:54:45.330Z',
}

const key = keyPair('ES256', 'kid-1')

/** Starts it for the tests of a file. */
export function userinfo() {
  const server = createServer((request, response) => {
    const asked = { method: String(request.method), url: String(request.url), headers: request.headers }
    world.asked.push(asked)
    const answer = world.answer(asked)
    if (answer === undefined) return
    if (answer instanceof Raw) response.writeHead(answer.status, answer.headers).end(answer.body)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  beforeAll(() => listening(server))
  afterAll(() => closed(server))
  const world = {
    asked: [] as Asked[],
    /** Undefined: it never answers. */
    answer: (_: Asked): object | undefined => claims,
    get issuer() {
      return `http://127.0.0.1:${portOf(server)}/oidc`
    },
    jwks: { keys: [key.jwk] },
    /** An access token of the issuer. */
    token: (more: object = {}) => tokenBy(key, { ...accessClaims, iss: world.issuer, ...more }),
    /** A guard that trusts it, profiles, and a clock. */
    open(options: object = {}, cacheSeconds?: number) {
      const events: GuardEvent[] = []
      const made = {
        issuer: world.issuer,
        appId,
        jwks: world.jwks,
        now: () => opened.time,
        onEvent: (event: GuardEvent) => events.push(event),
        ...options,
      }
      for (const name of Object.keys(made) as (keyof typeof made)[]) if (made[name] === undefined) delete made[name]
      const guard: Guard = createGuard(made as GuardOptions & { credentials?: 'required' })
      const profiles = createProfiles(guard, { from: 'userinfo', ...(cacheSeconds !== undefined && { cacheSeconds }) })
      const of = (more: object = {}) => profiles.of(`Bearer ${world.token(more)}`)
      const opened = { guard, profiles, events, of, time: now }
      return opened
    },
  }
  return world
}

/** The error that says that there is no profile now. */
export async function faultOf(looked: ReturnType<Profiles['of']>): Promise<ProfileError> {
  const error: unknown = await looked.then(
    (profile) => new Error(`there is a profile: ${JSON.stringify(profile)}`),
    (reason: unknown) => reason,
  )
  if (!isProfileError(error)) throw error
  expect(error).toMatchObject({ name: 'ProfileError', status: 503, statusCode: 503, expose: false })
  expect(error.message).toBe('The profile of the caller is not available.')
  return error
}
