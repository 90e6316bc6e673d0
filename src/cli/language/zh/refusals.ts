import type { refusals as english } from '../en/refusals.js'
import type { Translated } from '../language.js'

/** 对应 en/refusals.ts，与 docs/zh-CN/reference/refusals.md 相同。 */
export const refusals: Translated<typeof english> = {
  'refusal.missing_token':
    '没有 Bearer 凭证：请发送 `Authorization: Bearer <token>`。客户端直接发送 token 时设置 `bearerPrefix`',
  'refusal.invalid_request': '请求头格式不对，或者有两个。检查客户端和中间的代理',
  'refusal.malformed_token':
    '不是 guard 能读的 JWT：被截断、超过 16 KiB，或是不透明的 OAuth 2.0 token。请使用 OIDC 的 token，或选项 `introspection`',
  'refusal.encrypted_token': '在控制台关闭 id token 加密',
  'refusal.unknown_issuer': '`detail` 里有两个 issuer。常见原因是自定义域名，或漏写 `/oidc`；更换域名期间把两个都列上',
  'refusal.wrong_algorithm': '常见原因是 token 用 HS256 而没有 `appSecret`：设置它，或在控制台选择 RS256',
  'refusal.unknown_key': '应用没有这个 `kid` 的公钥：token 来自另一个环境，或公钥已被移除',
  'refusal.bad_signature': 'token 被改动或伪造，或者 `appSecret` 不是这个应用的',
  'refusal.expired_token': '客户端需要刷新 token 或重新登录',
  'refusal.not_yet_valid': 'token 的时间在未来：校准服务器的时钟',
  'refusal.wrong_audience': 'token 是给别人的：对照 `detail` 检查 `appId` 和 `audience`',
  'refusal.wrong_claim':
    '某个声明缺少或有误，或者它不是用户凭证，例如管理 token，或者它绑定了一把密钥（`cnf`），而 guard 不检查这种绑定',
  'refusal.not_admitted': 'token 是真的，但 `accept`、`accessKeys` 或 `delegates` 不放行',
  'refusal.inactive_token': '自省的结果是 token 已失效：被吊销，或已过期。客户端需要重新登录',
  'refusal.revoked_token': 'token、它的用户或编程访问账号已在这里被吊销',
  'refusal.insufficient_scope': '让客户端申请这个 scope，并在控制台授权',
  'refusal.permission_denied': '调用者是谁已知，但不允许这样做。`detail` 写明是角色、权限、种类、租户还是 `when`',
  'refusal.permission_unavailable': '`checkPermission` 或 `when` 抛错、超过 2 秒，或返回的不是布尔值：看错误的 `cause`',
  'refusal.keys_unavailable': '拉取不到 Authing 的公钥：见上线',
  'refusal.introspection_unavailable': '自省失败或超时：事件 `introspection_failed` 写明原因',
  'refusal.revocation_unavailable': '`isRevoked` 抛错、超过 2 秒，或返回的不是布尔值：看错误的 `cause`',
  'refusal.store_unavailable': '目前无法查明 token 是否已被吊销：共享存储无法访问',
}
