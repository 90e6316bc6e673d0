import { isJson, type Json, parseJson } from './jws.js'
import { mintToken } from './mint.js'
import { provenManagementToken } from './proof.js'
import { type Answer, bearerToken, type Exchange, type Handler, type Routes } from './route.js'
import { done, type Refusal, refused } from './v3-answer.js'

// Permissions and users of Authing's v3 management API.

/** Seconds. */
const lifetime = 7200

/** For the id and secret of the user pool, or for an access key. */
const managementToken: Handler = ({ state, body }) => {
  const { accessKeyId, accessKeySecret } = parseJson(body) ?? {}
  if (typeof accessKeyId !== 'string' || typeof accessKeySecret !== 'string') return refused('incomplete')
  const { userPoolId, userPoolSecret, accessKeys } = state.settings
  const ofPool = { accessKeyId: userPoolId, accessKeySecret: userPoolSecret }
  const found = [ofPool, ...accessKeys].find((key) => key.accessKeyId === accessKeyId)
  if (found?.accessKeySecret !== accessKeySecret) return refused('wrong')
  const access_token = mintToken(state, { type: 'management_token', expiresIn: lifetime })
  return done({ access_token, expires_in: lifetime })
}

/** Why the token or the user pool header is refused, or undefined. */
const refusalOf = (exchange: Exchange): Refusal | undefined => {
  const { state, headers } = exchange
  const token = bearerToken(exchange)
  if (!token) return 'notSignedIn'
  const proven = provenManagementToken(state, token)
  if (proven !== 'alive') return proven
  const pool = headers['x-authing-userpool-id'] ?? headers['x-genauth-userpool-id']
  return pool === state.settings.userPoolId ? undefined : 'otherPool'
}

/** Makes a permission check that needs a management token and a complete JSON body. */
const check =
  (answer: (question: Json, exchange: Exchange) => Answer | undefined): Handler =>
  (exchange) => {
    const refusal = refusalOf(exchange)
    if (refusal) return refused(refusal)
    return answer(parseJson(exchange.body) ?? {}, exchange) ?? refused('incomplete')
  }

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const isActionAllowed = check((question, { state }) => {
  const { namespace = 'default', userId, resource, action } = question
  if (!isText(namespace) || !isText(userId) || !isText(resource) || !isText(action)) return undefined
  const asked = { userId, model: 'acl', namespace, resource, action, environment: undefined } as const
  return done({ allowed: state.access.allows(asked) })
})

const checkPermission = check((question, { state }) => {
  const { namespaceCode: namespace, userId, action, resources, judgeConditionEnabled, authEnvParams } = question
  if (!isText(namespace) || !isText(userId) || !isText(action) || !Array.isArray(resources)) return undefined
  const asked = { userId, model: 'data', namespace, action } as const
  const given = isJson(authEnvParams) ? authEnvParams : {}
  const environment = judgeConditionEnabled === true ? given : undefined
  const checkResultList = resources.filter(isText).map((resource) => {
    const enabled = state.access.allows({ ...asked, resource, environment })
    return { namespaceCode: namespace, resource, action, enabled }
  })
  return done({ checkResultList }, { apiCode: 20001 })
})

const hasAnyRole = check((question, { state }) => {
  const { userId, roles } = question
  if (!isText(userId) || !Array.isArray(roles)) return undefined
  const has = roles
    .filter(isJson)
    .some(({ code, namespace = 'default' }) => state.access.hasRole(userId, code, namespace))
  return done({ hasAnyRole: has })
})

/** A user object, with the names of Authing's `UserDto`. */
const getUser: Handler = (exchange) => {
  const refusal = refusalOf(exchange)
  if (refusal) return refused(refusal)
  const { state, query } = exchange
  const userId = query.get('userId')
  if (!userId || (query.get('userIdType') ?? 'user_id') !== 'user_id') return refused('incomplete')
  const user = state.users.get(userId)
  if (!user) return refused('noUser')
  const { id, unionid: _, openid: __, ...profile } = user
  return done({ userId: id, ...profile })
}

export const managementRoutes: Routes = {
  '/api/v3/get-management-token': { POST: managementToken },
  '/api/v3/is-action-allowed': { POST: isActionAllowed },
  '/api/v3/check-permission': { POST: checkPermission },
  '/api/v3/has-any-role': { POST: hasAnyRole },
  '/api/v3/get-user': { GET: getUser },
}
