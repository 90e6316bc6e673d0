import { namedApplication } from './client.js'
import { isJson, type Json, parseJson } from './jws.js'
import { createSigningKeySync } from './key.js'
import { provenUserId } from './proof.js'
import { bareToken, type Exchange, type Handler, json, type Routes } from './route.js'
import { type PoolState, userOf } from './state.js'
import { issueTokens } from './token-set.js'
import type { PoolUser } from './user.js'
import { done, type Refusal, refused } from './v3-answer.js'

// What the 5.x SDK for mini programs calls (Authing/authing-js-sdk, packages/miniapp/src/Authing.ts) to sign a user in
// and to read the profile. Its refresh and its logout are at /oidc/token.

const textAt = (body: Json, path: string): string => {
  let value: unknown = body
  for (const name of path.split('.')) value = isJson(value) ? value[name] : undefined
  return typeof value === 'string' ? value : ''
}

/** By `connection`: where the code of `wx.login` or `tt.login` is, and what else must be there (types.ts). */
const loginCodes: ReadonlyMap<string, readonly [code: string, ...others: string[]]> = new Map([
  ['wechat_mini_program_code', ['wechatMiniProgramCodePayload.code']],
  [
    'wechat_mini_program_code_and_phone',
    ['wechatMiniProgramCodeAndPhonePayload.wxLoginInfo.code', 'wechatMiniProgramCodeAndPhonePayload.wxPhoneInfo.code'],
  ],
  ['douyin_mini_program_code', ['douyinMiniProgramCodePayload.code']],
  [
    'douyin_mini_program_code_and_phone',
    [
      'douyinMiniProgramCodeAndPhonePayload.loginParams.code',
      'douyinMiniProgramCodeAndPhonePayload.phoneParams.encryptedData',
    ],
  ],
])

type FindUser = (state: PoolState, body: Json) => PoolUser | Refusal

/** The user of a login code, as with the older SDK: the phone number of the pool's user does not matter. */
const userOfCode: FindUser = (state, body) => {
  const [path, ...others] = loginCodes.get(textAt(body, 'connection')) ?? []
  if (path === undefined) return 'incomplete'
  const code = textAt(body, path)
  const isComplete = code && ['extIdpConnidentifier', ...others].every((other) => textAt(body, other))
  return isComplete ? userOf(state, state.settings.miniProgramCodes.get(code)) : 'incomplete'
}

interface Account {
  readonly payload: string
  readonly secret: string
  /** Where the payload can name a user. */
  readonly names: readonly string[]
  readonly noSuchUser: Refusal
}

/** By `connection`. */
const accounts: ReadonlyMap<string, Account> = new Map([
  [
    'PASSWORD',
    {
      payload: 'passwordPayload',
      secret: 'password',
      names: ['account', 'username', 'email', 'phone'],
      noSuchUser: 'wrongPassword',
    },
  ],
  ['PASSCODE', { payload: 'passCodePayload', secret: 'passCode', names: ['email', 'phone'], noSuchUser: 'noUser' }],
])

/** The user of an account name. The pool has no passwords and sends no passcodes: it takes any that is not empty. */
const userOfAccount: FindUser = (state, body) => {
  const account = accounts.get(textAt(body, 'connection'))
  if (!account) return 'incomplete'
  const { payload, secret, names, noSuchUser } = account
  const given = names.map((name) => textAt(body, `${payload}.${name}`)).filter(Boolean)
  if (given.length === 0 || !textAt(body, `${payload}.${secret}`)) return 'incomplete'
  const isNamed = ({ username, email, phone }: PoolUser): boolean =>
    [username, email, phone].some((name) => name !== null && given.includes(name))
  return [...state.users.values()].find(isNamed) ?? noSuchUser
}

/** Signs a user in. The default scope is that of Authing's reference (signin-by-mobile). */
const signIn =
  (find: FindUser): Handler =>
  (exchange: Exchange) => {
    const { state, body } = exchange
    const application = namedApplication(exchange)
    if (!application) return refused('noApplication')
    const given = parseJson(body) ?? {}
    const user = find(state, given)
    if (typeof user === 'string') return refused(user)
    return done(issueTokens(state, application, user.id, textAt(given, 'options.scope') || 'openid profile'))
  }

const profile: Handler = (exchange) => {
  const { state, headers } = exchange
  const pool = headers['x-authing-userpool-id']
  if (pool !== undefined && pool !== state.settings.userPoolId) return refused('otherPool')
  const userId = provenUserId(state, state.applications, bareToken(exchange))
  if (userId === undefined) return refused('notSignedIn')
  return done({ userId, ...userOf(state, userId), id: undefined })
}

let passwordKey: string | undefined

/**
 * The key that the SDK encrypts passwords with. The pool decrypts none, so one key serves the whole process. Authing has
 * one for SM2 too, which is missing here.
 */
const system: Handler = () => {
  passwordKey ??= createSigningKeySync('RS256').publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return json(200, { rsa: { publicKey: passwordKey } })
}

export const signInRoutes: Routes = {
  '/api/v3/signin': { POST: signIn(userOfAccount) },
  '/api/v3/signin-by-mobile': { POST: signIn(userOfCode) },
  '/api/v3/get-profile': { GET: profile },
  '/api/v3/system': { GET: system },
}
