// @ts-check
// AWS Lambda behind API Gateway (a REST or an HTTP API) or a function URL, and an authorizer for functions that do
// not check tokens themselves. The guard reads AUTHING_ISSUER and AUTHING_APP_ID; it is created once per container.
import { createAuthorizer, createGuard, withIdentity } from 'authing-guard/serverless'

const guard = createGuard()
// Fetches the keys while the container starts: the first request does not wait for them.
await guard.ready()

export const handler = withIdentity(guard.require({ scope: 'book:read' }), async (_event, identity) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ books: ['The Wind in the Willows'], reader: identity }),
}))

export const authorizer = createAuthorizer(guard)
