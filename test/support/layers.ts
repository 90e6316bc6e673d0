/** Each folder of src imports only from folders below it in this list. CONTRIBUTING.md has a picture of it. */
export const layers = [
  'cli',
  'testing',
  'webhooks',
  'adapters/<host>',
  'adapters/shared',
  'authing',
  'guard',
  'telemetry',
  'authorization',
  'introspection',
  'store',
  'revocation',
  'token',
  'jwks',
  'crypto',
  'common',
]
