import { createServer } from 'node:http'
import {
  auth,
  discoverOAuthProtectedResourceMetadata,
  type OAuthClientProvider,
  UnauthorizedError,
} from '@modelcontextprotocol/sdk/client/auth.js'
import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createUserPool } from 'authing-guard/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { createApp } from '../../examples/mcp.js'
import { closed, listening, portOf } from '../support/http.js'

// The MCP server of the examples, with the official SDK's own client.

const machine = { accessKeyId: 'a'.repeat(24), accessKeySecret: 'b'.repeat(32) }
const pool = await createUserPool({ users: [{ id: 'ratty' }, { id: 'mole' }], accessKeys: [machine] })
const server = createServer((request, response) => app(request, response))
await listening(server)
const origin = `http://127.0.0.1:${portOf(server)}`
const resource = `${origin}/mcp`
const metadataUrl = `${origin}/.well-known/oauth-protected-resource/mcp`
const app = createApp({
  ...pool.guardOptions,
  accessKeys: 'any',
  resourceMetadata: { resource, scopesSupported: ['openid', 'offline_access'] },
})
const clients: Client[] = []
afterAll(async () => {
  for (const client of clients) await client.close()
  await closed(server)
  await pool.close()
})

/** A client that its user has registered at the issuer, as `client_id`, and that has a token or not. */
function providerOf(token: string | undefined, redirects: URL[] = []): OAuthClientProvider {
  return {
    redirectUrl: 'http://127.0.0.1:1/callback',
    clientMetadata: { redirect_uris: ['http://127.0.0.1:1/callback'] },
    clientInformation: () => ({ client_id: pool.appId }),
    tokens: () => (token === undefined ? undefined : { access_token: token, token_type: 'Bearer' }),
    saveTokens: () => {},
    redirectToAuthorization: (url) => void redirects.push(url),
    saveCodeVerifier: () => {},
    codeVerifier: () => '',
  }
}

async function connected(authProvider: OAuthClientProvider) {
  const client = new Client({ name: 'test', version: '1.0.0' })
  clients.push(client)
  const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider })
  await client.connect(transport as Parameters<Client['connect']>[0])
  return { client, transport }
}

async function callerOf(client: Client): Promise<unknown> {
  const { content } = await client.callTool({ name: 'whoami' })
  const [part] = content as readonly { readonly text: string }[]
  return JSON.parse(part?.text ?? '')
}

describe('the MCP server', () => {
  test('refuses a call without a token, and names its metadata, which names the user pool', async () => {
    const refused = await fetch(resource, { method: 'POST', body: '{}' })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe(`Bearer realm="authing", resource_metadata="${metadataUrl}"`)
    const metadata = await discoverOAuthProtectedResourceMetadata(resource)
    expect(metadata).toMatchObject({ resource, authorization_servers: [pool.issuer] })
  })

  test('sends the client of a user to sign in at the user pool, for this resource', async () => {
    const redirects: URL[] = []
    await expect(connected(providerOf(undefined, redirects))).rejects.toThrow(UnauthorizedError)
    expect(redirects).toHaveLength(1)
    const { href, searchParams } = redirects[0] ?? new URL('none:')
    expect(href.startsWith(`${pool.issuer}/auth?`)).toBe(true)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: pool.appId,
      code_challenge_method: 'S256',
      resource,
      scope: 'openid offline_access',
    })
  })

  test('tells each tool who calls, however two users take turns', async () => {
    const users = await Promise.all(
      ['ratty', 'mole'].map(async (userId) => ({
        userId,
        ...(await connected(providerOf(pool.mint({ userId })))),
      })),
    )
    for (const turn of [0, 1, 2]) {
      const callers = await Promise.all(users.map(({ client }) => callerOf(client)))
      expect(callers, `turn ${turn}`).toMatchObject(users.map(({ userId }) => ({ kind: 'user', userId })))
    }
    // There is no session that the other could name.
    for (const { transport } of users) expect(transport.sessionId).toBeUndefined()
  })

  test('answers by the token, whatever session ID comes with it', async () => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } }
    const ask = (headers: Record<string, string>) =>
      fetch(resource, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
        body: JSON.stringify(call),
      })
    const session = { 'mcp-session-id': 'the session of ratty' }
    const known = await ask({ ...session, authorization: `Bearer ${pool.mint({ userId: 'mole' })}` })
    expect(await known.text()).toContain(String.raw`\"userId\":\"mole\"`)
    expect((await ask(session)).status).toBe(401)
  })

  test('serves a client that gets its token by its own credentials', async () => {
    const { accessKeyId: clientId, accessKeySecret: clientSecret } = machine
    const provider = new ClientCredentialsProvider({ clientId, clientSecret, expectedIssuer: pool.issuer })
    expect(await auth(provider, { serverUrl: resource })).toBe('AUTHORIZED')
    const { client } = await connected(provider)
    expect(await callerOf(client)).toMatchObject({ kind: 'machine', clientId })
  })

  test('keeps no stream open', async () => {
    const headers = { authorization: `Bearer ${pool.mint()}` }
    expect((await fetch(resource, { headers })).status).toBe(405)
    expect((await fetch(resource)).status).toBe(401)
  })

  test('is not trusted by a client that calls it by another URL than that of its metadata', async () => {
    const serverUrl = resource.replace('127.0.0.1', 'localhost')
    await expect(auth(providerOf(undefined), { serverUrl })).rejects.toThrow('does not match expected')
  })
})
