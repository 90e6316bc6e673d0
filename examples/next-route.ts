// A route handler of Next.js: app/books/[id]/route.ts. The guard reads AUTHING_ISSUER and AUTHING_APP_ID.
import { createGuard, withIdentity } from 'authing-guard/fetch'

const guard = createGuard()

interface Context {
  readonly params: Promise<{ readonly id: string }>
}

export const GET = withIdentity(
  guard.require({ scope: 'book:read' }),
  async (_request, identity, { params }: Context) => {
    const { id } = await params
    return Response.json({ id, reader: identity.kind === 'machine' ? identity.clientId : identity.userId })
  },
)
