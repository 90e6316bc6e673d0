import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { UserPool } from 'authing-guard/testing'
import { listen } from '../../examples/listen.js'

/** What the helper of Authing's older SDK asks: may this user do that? */
export interface Question {
  readonly userId: string
  readonly resource: string
  readonly action: string
}

/**
 * The two calls of Authing's v2 management API that its older SDK makes for a permission: a token for the pool, and
 * `acl/is-allowed`. The local user pool speaks v3 alone.
 */
export async function managementV2(pool: UserPool, isAllowed: (question: Question) => boolean) {
  const asked: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(await text(request))
    asked.push(request.url ?? '')
    const token = { accessToken: pool.mint({ type: 'management_token' }), exp: Date.now() / 1000 + 7200, iat: 0 }
    const answers: Readonly<Record<string, () => object>> = {
      '/graphql/v2': () => ({ data: { accessToken: token } }),
      '/api/v2/acl/is-allowed': () => ({ code: 200, message: 'ok', data: { allowed: isAllowed(body) } }),
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answers[request.url ?? '']?.()))
  }
  const site = await listen((request, response) => void answer(request, response))
  return { ...site, asked }
}
