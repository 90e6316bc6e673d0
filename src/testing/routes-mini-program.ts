import type { Application } from './application.js'
import { userArn } from './claims.js'
import { namedApplication } from './client.js'
import { isJson, type Json, parseJson } from './jws.js'
import { mintToken } from './mint.js'
import { type ProvenUserToken, provenUserToken } from './proof.js'
import { type Answer, bearerToken, type Exchange, json, type Routes } from './route.js'
import { nowInSeconds, type PoolState, userOf } from './state.js'
import { type PoolUser, profileOf } from './user.js'

/** One of Authing's own error codes (docs: error-code), in the form of its v2 endpoints: HTTP 200, `code` in the body. */
interface Refusal {
  readonly code: number
  readonly message: string
}

const noSuchApplication = { code: 2011, message: '应用不存在' }
const noSuchPool = { code: 2224, message: '用户池不存在' }
const incomplete = { code: 2231, message: '请求参数不全' }
const notSignedIn = { code: 2020, message: '尚未登录，无权限访问此请求' }
const notYours = { code: 2202, message: '修改的信息不属于当前用户' }
const noEmailHere = { code: 2225, message: 'updateUser 接口不能直接修改邮箱，请使用 updateEmail 接口' }
const noPhoneHere = { code: 2226, message: 'updateUser 接口不能直接修改手机号，请使用 updatePhone 接口' }

const lifetime = 1_209_600

/** Authing's user object with a new `token`, which the SDK stores and sends from then on. */
const userObject = (state: PoolState, { appId }: Application, user: PoolUser): Json => ({
  ...user,
  arn: userArn(state.settings.userPoolId, user.id),
  userPoolId: state.settings.userPoolId,
  registerSource: ['social:wechat:miniprogram'],
  blocked: false,
  isDeleted: false,
  token: mintToken(state, { type: 'user_token', appId, userId: user.id, expiresIn: lifetime }),
  tokenExpiredAt: new Date((nowInSeconds(state) + lifetime) * 1000).toISOString(),
})

/** Finds the application by `x-authing-app-id`, else by `x-authing-userpool-id`: then it is the first one of the address. */
const applicationFor = (exchange: Exchange): Application | Refusal => {
  const { state, applications, headers } = exchange
  if (headers['x-authing-app-id']) return namedApplication(exchange) ?? noSuchApplication
  return headers['x-authing-userpool-id'] === state.settings.userPoolId ? applications[0] : noSuchPool
}

const refused = ({ code, message }: Refusal): Answer => json(200, { code, message, data: null })

/** Signs a user in with a code of `wx.login`. */
const signIn = (exchange: Exchange): Answer => {
  const { state, body } = exchange
  const application = applicationFor(exchange)
  if ('code' in application) return refused(application)
  const { code } = parseJson(body) ?? {}
  if (typeof code !== 'string' || !code) return refused(incomplete)
  const user = userOf(state, state.settings.miniProgramCodes.get(code))
  return json(200, { code: 200, message: '登录成功', data: userObject(state, application, user) })
}

const errors = ({ code, message }: Refusal): Answer =>
  json(200, { errors: [{ message: { code, message, data: null } }], data: null })

const updateUser = (state: PoolState, proven: ProvenUserToken | undefined, variables: Json): Answer => {
  if (!proven) return errors(notSignedIn)
  const { id = proven.userId, input } = variables
  if (id !== proven.userId) return errors(notYours)
  if (!isJson(input)) return errors(incomplete)
  if ('email' in input || 'emailVerified' in input) return errors(noEmailHere)
  if ('phone' in input || 'phoneVerified' in input) return errors(noPhoneHere)
  const updatedAt = new Date(state.settings.now()).toISOString()
  const user: PoolUser = Object.freeze({ ...userOf(state, proven.userId), ...profileOf(input), updatedAt })
  state.users.set(user.id, user)
  return json(200, { data: { updateUser: userObject(state, proven.application, user) } })
}

const checkLoginStatus = (state: PoolState, proven: ProvenUserToken | undefined): Answer => {
  const signedOut = { ...notSignedIn, status: false, exp: null, iat: null, data: null }
  if (!proven) return json(200, { data: { checkLoginStatus: signedOut } })
  const { userPoolId } = state.settings
  const { userId: id, expiresAt: exp, issuedAt: iat } = proven
  const data = { id, userPoolId, arn: userArn(userPoolId, id) }
  return json(200, { data: { checkLoginStatus: { code: 200, message: '已登录', status: true, exp, iat, data } } })
}

/** The two operations of the older mini-program SDK (`authing-wxapp-sdk`), recognized by their names. The result always has every field. */
const graphql = (exchange: Exchange): Answer => {
  const { state, body } = exchange
  const { query, variables } = parseJson(body) ?? {}
  const given = isJson(variables) ? variables : {}
  const bearer = bearerToken(exchange)
  const operation = /\b(?:updateUser|checkLoginStatus)\b/.exec(String(query))?.[0]
  if (operation === 'updateUser') return updateUser(state, provenUserToken(state, bearer), given)
  if (!operation) return errors({ code: 400, message: 'the local user pool knows updateUser and checkLoginStatus' })
  const { token } = given
  return checkLoginStatus(state, provenUserToken(state, typeof token === 'string' ? token : bearer))
}

export const miniProgramRoutes: Routes = {
  '/connections/social/wechat-miniprogram/auth': { POST: signIn },
  '/graphql/v2': { POST: graphql },
}
