import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import { type Answer, json } from './route.js'
import { choice, maybeText, members } from './validation.js'

/**
 * The fault of an outage:
 *
 * - `'refuse'`: connections are reset; the pool keeps its port.
 * - `'hang'`: it accepts requests and never answers them, not even after `comeUp`.
 * - `'drip'`: it answers 200 and sends one byte every 0.1 s, without an end.
 * - `'error'`: 500. `'busy'`: 429 with `Retry-After: 1`. `'missing'`: 404.
 * - `'redirect'`: 302 to `/hostile/jwks.json`, an attacker's keys.
 * - `'html'`: 200 with a web page. `'truncated'`: 200 with the first half of the right answer.
 * - `'empty'`: every JWKS is `{"keys":[]}`; everything else works.
 * - `'huge'`: 200 with 50 MB. `'bomb'`: the same, gzipped to 50 KB.
 */
export type Fault = (typeof faultNames)[number]

export const faultNames = [
  'refuse',
  'hang',
  'drip',
  'error',
  'busy',
  'missing',
  'redirect',
  'html',
  'truncated',
  'empty',
  'huge',
  'bomb',
] as const

/** The options of `goDown`. */
export interface OutageOptions {
  /** Default: `'refuse'`. */
  readonly fault?: Fault
  /** Only requests whose path ends in this fail, for example `'/token/introspection'`. Default: all. */
  readonly path?: string
}

export interface Outage {
  readonly fault: Fault
  readonly path: string
}

/** Throws a TypeError on an unknown option or fault. */
export const readOutage = (options: unknown): Outage => {
  const { fault: wanted, path } = members(options, ['fault', 'path'], 'the options of goDown')
  const fault = choice(wanted, faultNames, 'fault')
  return { fault, path: maybeText(path, 'path') ?? (fault === 'empty' ? '/jwks.json' : '') }
}

const chunk = Buffer.alloc(65_536, ' ')

function* blanks(): Generator<Buffer> {
  yield Buffer.from('{"keys":[')
  for (let sent = 0; sent < 50_000_000; sent += chunk.length) yield chunk
  yield Buffer.from(']}')
}

async function* drops(): AsyncGenerator<string> {
  for (;;) {
    yield ' '
    await setTimeout(100)
  }
}

const ok = (type: string, body: Answer['body'], headers: Answer['headers'] = {}): Answer => ({
  status: 200,
  headers: { 'content-type': type, ...headers },
  body,
})

const half = ({ body }: Answer): string => String(body).slice(0, String(body).length >> 1)

/** The answer of each fault, in place of the right one. */
const faults: Readonly<Record<Exclude<Fault, 'refuse' | 'hang'>, (right: Answer) => Answer>> = {
  drip: () => ok('application/json', Readable.from(drops())),
  error: () => json(500, { error: 'server_error' }),
  busy: () => json(429, { error: 'too_many_requests' }, { 'retry-after': '1' }),
  missing: () => json(404, { error: 'not_found' }),
  redirect: () => ({ status: 302, headers: { location: '/hostile/jwks.json' }, body: '' }),
  html: () => ok('text/html', '<!doctype html><title>Authing</title><p>Sign in'),
  truncated: (right) => ok('application/json', half(right)),
  empty: () => json(200, { keys: [] }),
  huge: () => ok('application/json', Readable.from(blanks())),
  bomb: () => ok('application/json', Readable.from(blanks()).pipe(createGzip()), { 'content-encoding': 'gzip' }),
}

/** The answer during an outage. `'reset'` closes the connection; `'silence'` never answers. */
export const faultyAnswer = (outage: Outage, right: Answer): Answer | 'reset' | 'silence' => {
  if (outage.fault === 'refuse') return 'reset'
  if (outage.fault === 'hang') return 'silence'
  return faults[outage.fault](right)
}
