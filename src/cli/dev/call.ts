import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import type { Json } from '../../testing/jws.js'
import { invalid } from '../../testing/validation.js'

/** Characters of the answer's body that the page shows. */
const shown = 65_536
/** Milliseconds until an API that does not answer is given up. */
const patience = 10_000

/** Without a body: what a guard looks at is in the head. */
const methods: readonly unknown[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const loopback: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** What the API answered, or why it was not asked or did not answer: the page has a text for each problem. */
export type Reply =
  | { readonly problem: 'not_local' | 'no_answer' }
  | {
      readonly status: number
      readonly statusText: string
      readonly headers: readonly (readonly [name: string, value: string])[]
      readonly body: string
      readonly isCut: boolean
      readonly ms: number
    }

/** `localhost` is this machine, whatever a name server or a hosts file says. */
const lookup: RequestOptions['lookup'] = (_name, _options, done) => {
  // All of them, as Node asks by default: it tries one after the other.
  done(null, [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ])
}

const headersOf = ({ rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] =>
  rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, String(rawHeaders[at + 1])] as const] : []))

async function bodyOf(response: IncomingMessage): Promise<{ readonly body: string; readonly isCut: boolean }> {
  let body = ''
  response.setEncoding('utf8')
  for await (const chunk of response) {
    body += String(chunk)
    // Leaving the loop ends the connection: the rest is not read.
    if (body.length > shown) return { body: body.slice(0, shown), isCut: true }
  }
  return { body, isCut: false }
}

/**
 * Calls the developer's API with a token, for the page: a browser would need the API's consent (CORS) and hide most
 * headers. Only on loopback, without a body, and without following redirects. Default of `method`: GET.
 */
export async function callApi({ url, token, method = 'GET' }: Json): Promise<Reply> {
  if (typeof url !== 'string' || typeof token !== 'string') throw invalid('url and token must be strings')
  if (typeof method !== 'string' || !methods.includes(method))
    throw invalid(`method must be one of ${methods.join(', ')}`)
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target?.protocol !== 'http:' || !loopback.includes(target.hostname)) return { problem: 'not_local' }
  const startedAt = performance.now()
  const headers = { authorization: `Bearer ${token}`, accept: '*/*' }
  const asking = request(target, {
    method,
    agent: false,
    lookup,
    headers,
    signal: AbortSignal.timeout(patience),
  }).end()
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      asking.on('response', resolve).on('error', reject)
    })
    const { body, isCut } = await bodyOf(response)
    const { statusCode, statusMessage } = response
    const ms = Math.round(performance.now() - startedAt)
    return {
      status: Number(statusCode),
      statusText: String(statusMessage),
      headers: headersOf(response),
      body,
      isCut,
      ms,
    }
  } catch {
    return { problem: 'no_answer' }
  }
}
