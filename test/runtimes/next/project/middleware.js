import { createGuard, withIdentity } from 'authing-guard/fetch'
import { NextResponse } from 'next/server'

const issuer = process.env.POOL_ISSUER ?? 'https://my-app.authing.cn/oidc'
const appId = process.env.POOL_APP_ID ?? '5f17a529f64fb009b794a2ff'

export const middleware = withIdentity(createGuard({ issuer, appId, allowHttp: true }), () => NextResponse.next())
export const config = { matcher: '/guarded/:path*' }
