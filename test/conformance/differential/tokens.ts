import { appId, at, issuer, type Signer, type SigningAlgorithm, sign } from './signing.js'

/** A JSON object as the texts of its members, so that a value may be `1e999`. */
export type Members = readonly (readonly [name: string, json: string])[]
/** A member that is set, or taken away. */
export type Edit = readonly [name: string, json: string | undefined]
export type Part = 'header' | 'claims'

/** A token that is not yet signed. */
export interface Draft {
  readonly algorithm: SigningAlgorithm
  readonly header: Members
  readonly claims: Members
}

export const json = (value: unknown) => JSON.stringify(value)
export const base64url = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64url')
export const textOf = (members: Members) => `{${members.map(([name, value]) => `${json(name)}:${value}`).join(',')}}`

/** The kinds of token that Authing and other issuers send: an id token, two access tokens, a user token. */
export function draftsOf(algorithm: SigningAlgorithm): readonly Draft[] {
  const header: Members = [
    ['alg', json(algorithm)],
    ['typ', json('JWT')],
    ['kid', json(`kid-${algorithm}`)],
  ]
  const common: Members = [
    ['sub', json('5f719946524ee1099229496b')],
    ['aud', json(appId)],
    ['iss', json(issuer)],
    ['exp', json(at + 3600)],
    ['iat', json(at - 60)],
  ]
  const data = { type: 'user', id: '5f719946524ee1099229496b', userPoolId: '600a8f29cead8fc0127f9da6' }
  const idToken: Members = [...common, ['nonce', json('E65b1QoUYt')], ['nickname', 'null'], ['name', json('莫里斯')]]
  const accessToken: Members = [...common, ['jti', json('SQlEHdsNNx078M8pOTzv3')], ['scope', json('openid book:read')]]
  const userToken: Members = [...common, ['data', json(data)], ['userpool_id', json('600a8f29cead8fc0127f9da6')]]
  return [
    ...[idToken, accessToken, userToken].map((claims) => ({ algorithm, header, claims })),
    { algorithm, header: edited(header, [['typ', json('at+jwt')]]), claims: common },
  ]
}

/** The members with the edits done; what is set goes to the end. */
export function edited(members: Members, edits: readonly Edit[]): Members {
  return edits.reduce<Members>((before, [name, value]) => {
    const others = before.filter(([other]) => other !== name)
    return value === undefined ? others : [...others, [name, value]]
  }, members)
}

/** The token of a draft, signed as its issuer does or as somebody else would; a segment may be given as it is to stand. */
export function mint(
  { algorithm, header, claims }: Draft,
  {
    signer = 'its own key',
    segments: [first = base64url(textOf(header)), second = base64url(textOf(claims))] = [],
  }: { readonly signer?: Signer; readonly segments?: readonly (string | undefined)[] } = {},
): string {
  const told = header.find(([name]) => name === 'alg')?.[1]
  const input = `${first}.${second}`
  return `${input}.${sign(signer, input, algorithm, told === undefined ? undefined : JSON.parse(told))}`
}
