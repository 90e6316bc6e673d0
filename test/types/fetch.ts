// Compiled, never run: what a developer writes against the adapter for fetch handlers.
import { createGuard, type Identity } from 'authing-guard'
import { withIdentity } from 'authing-guard/fetch'

const guard = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })
const optional = createGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: 'a', credentials: 'optional' })

// FITS
// A Next.js route handler, whose request has more than the web's.
interface NextRequest extends Request {
  readonly cookies: { get(name: string): { readonly value: string } | undefined }
}
export const GET: (request: NextRequest, context: { params: Promise<{ id: string }> }) => Promise<Response> =
  withIdentity(
    guard.require({ scope: 'book:read', when: async (_, request: NextRequest) => request.method === 'GET' }),
    async (request: NextRequest, identity, { params }: { params: Promise<{ id: string }> }) =>
      Response.json({ id: (await params).id, kind: identity.kind, url: request.url }),
    { getToken: (request) => request.cookies.get('session')?.value },
  )
// A Worker.
export const worker = {
  fetch: withIdentity(guard, (request, identity, env: { readonly NAME: string }) =>
    Response.json([request.url, identity.tokenType, env.NAME]),
  ),
}
worker.fetch satisfies (request: Request, env: { NAME: string }) => Promise<Response>
withIdentity(optional, (_, identity: Identity | undefined) => new Response(identity?.kind))
withIdentity(optional.require({ scope: 'a' }), (_, identity: Identity) => new Response(identity.kind))

// DOES NOT COMPILE
// @ts-expect-error an anonymous caller has no kind
withIdentity(optional, (_, identity) => new Response(identity.kind))
// @ts-expect-error a guard, not its options
withIdentity({ issuer: 'https://my-app.authing.cn/oidc', appId: 'a' }, () => new Response())
// @ts-expect-error an answer is a Response
withIdentity(guard, () => 'hello')
// @ts-expect-error the environment is missing
worker.fetch(new Request('https://api.example.com/'))
