import type { Call, Line } from './host.js'

// The HTTP events of four clouds' gateways, as their documentation shows them.

/** Lines of the same name together, under the name that the first one has. */
function grouped(lines: readonly Line[]): readonly (readonly [name: string, values: string[]])[] {
  const groups = new Map<string, [name: string, values: string[]]>()
  for (const [name, value] of lines) {
    const group = groups.get(name.toLowerCase()) ?? [name, []]
    groups.set(name.toLowerCase(), group)
    group[1].push(value.trim())
  }
  return [...groups.values()]
}

/** Payload format 1.0: the last value of each, and all of them. */
export function restEvent({ route, lines, method, query }: Call) {
  const headers = grouped([['Host', 'api.example.com'], ...lines])
  return {
    resource: '/{proxy+}',
    path: `/${route}`,
    httpMethod: method,
    headers: Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1) ?? ''])),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: queryOf(query),
    requestContext: { stage: 'prod', identity: { sourceIp: '203.0.113.1' } },
    body: null,
    isBase64Encoded: false,
  }
}

/** Payload format 2.0, of HTTP APIs and function URLs: lower case, joined by commas, cookies apart. */
export function httpEvent({ route, lines, method, query }: Call) {
  const headers = grouped([['host', 'api.example.com'], ...lines])
  const cookies = headers.find(([name]) => name.toLowerCase() === 'cookie')?.[1]
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: `/${route}`,
    rawQueryString: query.slice(1),
    ...(cookies && { cookies: cookies.flatMap((cookie) => cookie.split('; ')) }),
    headers: Object.fromEntries(headers.map(([name, values]) => [name.toLowerCase(), values.join(',')])),
    requestContext: { http: { method, path: `/${route}`, protocol: 'HTTP/1.1', sourceIp: '203.0.113.1' } },
    isBase64Encoded: false,
  }
}

/** Tencent SCF behind its API gateway. */
export function scfEvent({ route, lines, method, query }: Call) {
  const headers = grouped([['host', 'service.example.com'], ...lines])
  return {
    path: `/${route}`,
    httpMethod: method,
    headers: Object.fromEntries(headers.map(([name, values]) => [name.toLowerCase(), values.join(',')])),
    headerParameters: {},
    queryString: queryOf(query) ?? {},
    requestContext: { serviceId: 'service-f94sy04v', path: `/${route}`, httpMethod: method, stage: 'release' },
    body: '',
  }
}

/** Aliyun FC 3.0: bytes of JSON. */
export function fcEvent({ route, lines, method, query }: Call): Uint8Array {
  const headers = grouped([['Host', 'id.cn-hangzhou.fcapp.run'], ...lines])
  const event = {
    version: 'v1',
    rawPath: `/${route}`,
    headers: Object.fromEntries(headers.map(([name, values]) => [name, values.join(',')])),
    queryParameters: queryOf(query) ?? {},
    body: 'SGVsbG8gRkMh',
    isBase64Encoded: true,
    requestContext: { http: { method, path: `/${route}`, protocol: 'HTTP/1.1', sourceIp: '203.0.113.1' } },
  }
  return Buffer.from(JSON.stringify(event))
}

function queryOf(query: string): Record<string, string> | null {
  return query === '' ? null : Object.fromEntries(new URLSearchParams(query))
}
