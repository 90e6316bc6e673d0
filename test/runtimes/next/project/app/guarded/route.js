export const GET = () => Response.json({ kind: 'behind the middleware' })
