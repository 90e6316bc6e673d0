// @ts-check
// Tencent SCF behind its API gateway or a function URL; Aliyun FC is the same, but passes its event as bytes. The
// guard reads AUTHING_ISSUER and AUTHING_APP_ID; it is created once per container.
import { createGuard, withIdentity } from 'authing-guard/serverless'

const guard = createGuard()

export const main_handler = withIdentity(guard, async (event, identity) => ({
  isBase64Encoded: false,
  statusCode: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ path: event['path'], caller: identity }),
}))
