/** The checks of the walk, in its order: each title is a fact that holds where the check has passed. */
export const checks = {
  options: 'The options are sound',
  header: 'The header is "Bearer" and one token',
  shape: 'The token is a JWT, whole and plain',
  algorithm: 'The signature algorithm is allowed',
  issuer: 'The token is from your issuer',
  key: 'The key that it names is there',
  signature: 'The signature holds',
  claims: 'The claims are those of a bearer token',
  times: 'The token is valid now',
  audience: 'The token is for your application',
  kind: 'This kind of token is admitted',
  holder: 'Whoever holds it is admitted',
  standing: 'Nobody has taken it back',
} as const

/** What checks expect and find, where it takes words. */
export const findings = {
  bearer: 'Bearer <token>',
  bareToken: 'a token without "Bearer"',
  nothing: 'nothing',
  asked: 'asked: {names}',
  notAsked: 'not asked: {names}',
  parts: 'parts: {count}',
  aSecret: 'appSecret',
  until: 'before {exp} (plus {seconds} s)',
  seconds: '{count} s',
  minutes: '{count} min',
  hours: '{count} h',
  days: '{count} days',
  ago: '{time} ago',
  ahead: 'ahead of',
  behind: 'behind',
  alsoExpired: 'It is expired as well (exp {exp}): a new one is needed in any case.',
} as const
