import type { checks as englishChecks, findings as englishFindings } from '../en/checks.js'
import type { Translated } from '../language.js'

/** 对应 en/checks.ts。 */
export const checks: Translated<typeof englishChecks> = {
  options: '选项正确',
  header: '请求头是 "Bearer" 加一个 token',
  shape: 'token 是完整、未加密的 JWT',
  algorithm: '签名算法在允许范围内',
  issuer: 'token 来自你的 issuer',
  key: '有它所指的密钥',
  signature: '签名正确',
  claims: '内容符合 bearer token',
  times: 'token 现在有效',
  audience: 'token 是签发给你的应用的',
  kind: '放行这一种 token',
  holder: '放行它的持有者',
  standing: '没有被撤销',
}

export const findings: Translated<typeof englishFindings> = {
  bearer: 'Bearer <token>',
  bareToken: '没有 "Bearer" 的 token',
  nothing: '空',
  asked: '已查询：{names}',
  notAsked: '未查询：{names}',
  parts: '{count} 段',
  aSecret: 'appSecret',
  until: '早于 {exp}（宽限 {seconds} 秒）',
  seconds: '{count} 秒',
  minutes: '{count} 分钟',
  hours: '{count} 小时',
  days: '{count} 天',
  ago: '{time}前',
  ahead: '快',
  behind: '慢',
  alsoExpired: '另外，它也已经过期（exp {exp}）：无论如何都需要一个新的 token。',
}
