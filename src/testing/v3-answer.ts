import { randomUUID } from 'node:crypto'
import type { Json } from './jws.js'
import { type Answer, json } from './route.js'

// The answers of Authing's v3 APIs: always HTTP 200, with the outcome in `statusCode` of the body (docs: error-code).

/** Authing's own codes and messages. The document does not say which `statusCode` goes with 2004 and 2011. */
const refusals = {
  notSignedIn: { statusCode: 401, apiCode: 2020, message: '尚未登录，无权限访问此请求' },
  expired: { statusCode: 401, apiCode: 2206, message: '登录信息已过期' },
  wrong: { statusCode: 401, apiCode: 2207, message: '登录信息有误' },
  incomplete: { statusCode: 400, apiCode: 2231, message: '请求参数不全' },
  otherPool: { statusCode: 403, apiCode: 2224, message: '用户池不存在' },
  noApplication: { statusCode: 404, apiCode: 2011, message: '应用不存在' },
  noUser: { statusCode: 404, apiCode: 2004, message: '用户未找到' },
  wrongPassword: { statusCode: 403, apiCode: 2333, message: '用户名或密码错误' },
} as const

export type Refusal = keyof typeof refusals

export const refused = (why: Refusal): Answer => json(200, { ...refusals[why], requestId: randomUUID() })

export const done = (data: Json, more: Json = {}): Answer =>
  json(200, { statusCode: 200, message: '操作成功', ...more, data })
