import { AuthenticationClient } from 'authing-node-sdk'

/** Authing's own: it checks the signature and nothing else, and fetches the JWKS for each token. */
export const authingNodeSdk = {
  name: 'authing-node-sdk',
  packages: ['authing-node-sdk'],
  verifier({ appId, origin, secret }) {
    const appSecret = secret ?? '0'.repeat(32)
    const client = new AuthenticationClient({ appId, appSecret, appHost: origin, redirectUri: `${origin}/callback` })
    return secret === undefined ? (token) => client.parseAccessToken(token) : (token) => client.parseIDToken(token)
  },
}
