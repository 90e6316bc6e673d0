// Compiled, never run: what a developer writes against the adapter for serverless functions, with AWS's own types.

import { createGuard, type Identity } from 'authing-guard'
import { createAuthorizer, withIdentity } from 'authing-guard/serverless'
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayRequestAuthorizerHandler,
  APIGatewayRequestSimpleAuthorizerHandlerV2,
  APIGatewayTokenAuthorizerHandler,
  Context,
} from 'aws-lambda'

const guard = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })

// FITS
export const rest: APIGatewayProxyHandler = withIdentity(
  guard.require({ action: 'book:read', resource: (event: APIGatewayProxyEvent) => `book:${event.path}` }),
  async (event: APIGatewayProxyEvent, identity, context: Context) => ({
    statusCode: 200,
    body: JSON.stringify([event.path, identity.kind, context.awsRequestId]),
  }),
)
export const http: APIGatewayProxyHandlerV2 = withIdentity(
  guard,
  (event: APIGatewayProxyEventV2, identity: Identity) => ({ statusCode: 200, body: identity.kind + event.rawPath }),
  { getToken: (event) => event.cookies?.find((cookie) => cookie.startsWith('session='))?.slice(8) },
)
export const scf = withIdentity(guard, (event, identity) => ({ statusCode: 200, body: [event['path'], identity.kind] }))
export const byToken: APIGatewayTokenAuthorizerHandler = createAuthorizer(guard, { response: 'policy' })
export const byRequest: APIGatewayRequestAuthorizerHandler = createAuthorizer(guard, { response: 'policy' })
export const simply: APIGatewayRequestSimpleAuthorizerHandlerV2 = createAuthorizer(guard, { response: 'simple' })
createAuthorizer(guard)

// DOES NOT COMPILE
// @ts-expect-error an authorizer knows whom it lets in
createAuthorizer(createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: 'a', credentials: 'optional' }))
// @ts-expect-error there is no such form
createAuthorizer(guard, { response: 'iam' })
// @ts-expect-error a guard, not its options
withIdentity({ issuer: 'https://my-app.authing.cn/oidc', appId: 'a' }, () => ({ statusCode: 200 }))
