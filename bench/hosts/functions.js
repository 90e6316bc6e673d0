import { withIdentity } from 'authing-guard/serverless'
import { answerCalls } from '../lib/child.js'
import { race } from '../lib/race.js'
import { breakSignature, bytesOf, freshString } from '../lib/tokens.js'
import { authingGuardPeer } from '../peers/authing-guard.js'
import { fetchFunctions } from './fetch.js'
import { body } from './index.js'

function lambdaFunctions(guard) {
  const bare = async (_event) => ({ statusCode: 200, body: JSON.stringify(body) })
  return { bare, empty: async (event) => bare(event), guarded: withIdentity(guard, bare) }
}

/** As the gateway hands it over: payload format 2.0. */
const eventOf = (authorization) => ({
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: { accept: '*/*', authorization, host: 'api.example.com', 'user-agent': 'curl/8', 'x-forwarded-port': '443' },
  requestContext: { http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '203.0.113.1' } },
  isBase64Encoded: false,
})
const requestOf = (authorization) => new Request('https://api.example.com/', { headers: { authorization } })

/** Handlers that are called, with no HTTP around them. */
const kinds = {
  'a fetch handler': { functions: fetchFunctions, inputOf: requestOf, statusOf: ({ status }) => status },
  'a Lambda handler': { functions: lambdaFunctions, inputOf: eventOf, statusOf: ({ statusCode }) => statusCode },
}

answerCalls({
  async race(world, token, settings) {
    const bytes = bytesOf(`Bearer ${token}`)
    const results = {}
    for (const [name, { functions, inputOf, statusOf }] of Object.entries(kinds)) {
      const handlers = functions(authingGuardPeer.guard(world))
      const statuses = [token, breakSignature(token)].map(async (one) =>
        statusOf(await handlers.guarded(inputOf(`Bearer ${one}`))),
      )
      const [good, bad] = await Promise.all(statuses)
      if (good !== 200 || bad !== 401)
        throw new Error(`${name} answers ${good} to a good token and ${bad} to a bad one`)
      const runners = Object.entries(handlers).map(([door, handler]) => ({
        name: door,
        take: (count) => Array.from({ length: count }, () => inputOf(freshString(bytes))),
        run: async (inputs) => {
          for (const input of inputs) await handler(input)
        },
      }))
      results[name] = await race(runners, { ...settings, most: 20_000 })
    }
    return results
  },
})
