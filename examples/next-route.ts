// A route handler of Next.js: app/books/[id]/route.ts. The guard reads AUTHING_ISSUER and AUTHING_APP_ID.
import { createGuard, withIdentity } from 'authing-guard/fetch'

interface Context {
  readonly params: Promise<{ readonly id: string }>
}

function createHandler() {
  const guard = createGuard()
  return withIdentity(guard.require({ scope: 'book:read' }), async (_request, identity, { params }: Context) => {
    const { id } = await params
    return Response.json({ id, reader: identity.kind === 'machine' ? identity.clientId : identity.userId })
  })
}

let handler: ReturnType<typeof createHandler> | undefined

// Made at the first request: `next build` loads this file too, usually without the environment.
export function GET(request: Request, context: Context): Promise<Response> {
  handler ??= createHandler()
  return handler(request, context)
}
