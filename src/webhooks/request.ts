import type { JsonObject } from '../common/claims.js'
import { withDeadline } from '../common/deadline.js'
import { Answer, refused } from './answer.js'
import { mediaTypeOf, parseBody } from './body.js'

/** The part of a web `Request` that a webhook reads. */
export interface WebWebhookRequest {
  readonly method: string
  readonly headers: {
    /** The value of a header, or null. */
    get(name: string): string | null
  }
  readonly bodyUsed: boolean
  readonly body: ReadableStream<Uint8Array> | null
}

/** The part of Node's `IncomingMessage` that a webhook reads, and of Express's request. */
export interface NodeWebhookRequest {
  readonly method?: string | undefined
  readonly headers: Readonly<Record<string, unknown>>
  /** What a body parser of the host has made of the body. */
  readonly body?: unknown
  readonly readableEnded: boolean
  /** Node's own. */
  on(event: string, listener: (value: unknown) => void): unknown
}

/** A webhook's request, whatever the host. */
export interface WebhookRequest {
  readonly method: string | undefined
  /** A header: undefined where it is absent; not a text, or not one value, where it is there twice. */
  readonly header: (name: string) => unknown
  /** Chunks of the body, or what the host's body parser has made of it; undefined where it is lost. */
  readonly body: Chunks | string | JsonObject | undefined
}

/** Calls `onChunk` for each chunk until it answers false, and settles when the body has ended. */
type Chunks = (onChunk: (chunk: Uint8Array) => boolean) => Promise<void>

/** Bytes of a body that are read at most. */
const maxBodyBytes = 1_048_576
/** Seconds in which a body must have come. */
const bodySeconds = 10

/** The object in the body of a request, or the answer that says why there is none. */
export async function readBody({ header, body }: WebhookRequest): Promise<JsonObject | Answer> {
  if ((header('content-encoding') ?? 'identity') !== 'identity') return refused(415, 'a compressed body is not read')
  const mediaType = mediaTypeOf(header('content-type'))
  if (mediaType === undefined) {
    return refused(415, 'the Content-Type is neither application/json nor application/x-www-form-urlencoded')
  }
  if (body === undefined) return refused(400, 'the body was read before, and is not in request.body')
  const read = typeof body === 'function' ? await collect(body) : body
  if (read instanceof Answer) return read
  const parsed = typeof read === 'string' ? parseBody(read, mediaType) : read
  return parsed ?? refused(400, 'the body is not an object')
}

/** All chunks as text, within the bounds. */
async function collect(chunks: Chunks): Promise<string | Answer> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let [text, bytes, isText] = ['', 0, true]
  const add = (chunk: Uint8Array): boolean => {
    bytes += chunk.length
    if (bytes > maxBodyBytes) return false
    try {
      text += decoder.decode(chunk, { stream: true })
    } catch {
      isText = false
    }
    return isText
  }
  try {
    await withDeadline(
      bodySeconds,
      () => new Error('late'),
      () => chunks(add),
    )
    if (isText) text += decoder.decode()
  } catch {
    return refused(408, `the body broke off, or did not come within ${bodySeconds} s`)
  }
  if (bytes > maxBodyBytes) return refused(413, `the body has more than ${maxBodyBytes} bytes`)
  return isText ? text : refused(400, 'the body is not UTF-8')
}

/** A web `Request`. */
export function ofWeb({ method, headers, bodyUsed, body }: WebWebhookRequest): WebhookRequest {
  const chunks: Chunks = async (onChunk) => {
    const reader = body?.getReader()
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
      if (!onChunk(next.value)) return void reader?.cancel().catch(() => {})
    }
  }
  return { method, header: (name) => headers.get(name) ?? undefined, body: bodyUsed ? undefined : chunks }
}

/** A request of Node, Express or anything on them. */
export function ofNode(request: NodeWebhookRequest): WebhookRequest {
  const { method, headers, body, readableEnded } = request
  const chunks: Chunks = (onChunk) =>
    new Promise((resolve, reject) => {
      // What comes after the limit is read and dropped, so that the sender gets the answer.
      request.on('data', (chunk) => {
        if (!(chunk instanceof Uint8Array) || !onChunk(chunk)) resolve()
      })
      request.on('end', () => resolve())
      request.on('error', reject)
      request.on('close', () => reject(new Error('closed')))
    })
  return { method, header: (name) => headers[name], body: parsedBy(body) ?? (readableEnded ? undefined : chunks) }
}

/** What a body parser of the host left in `request.body`. */
function parsedBy(body: unknown): string | JsonObject | undefined {
  if (body instanceof Uint8Array) return new TextDecoder().decode(body)
  if (typeof body === 'string') return body
  // Express 4 leaves an empty object where no parser has read the body.
  return isParsed(body) ? body : undefined
}

function isParsed(body: unknown): body is JsonObject {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length > 0
}
