/** The checks of the pipeline, in its order. Each title is a fact that is true if the check has passed. */
export const checks = {
  options: 'The options are valid',
  header: 'The header is "Bearer" and one token',
  shape: 'The token is a complete, unencrypted JWT',
  algorithm: 'The signature algorithm is allowed',
  issuer: 'The token is from your issuer',
  key: 'The key of the token is known',
  signature: 'The signature is valid',
  claims: 'The claims are those of a bearer token',
  times: 'The token is valid now',
  audience: 'The token is for your application',
  kind: 'This kind of token is admitted',
  holder: 'The holder of the token is admitted',
  standing: 'The token was not revoked',
} as const

/** Words for what a check expects and finds. */
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
