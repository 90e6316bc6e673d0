import type { doctor as english } from '../en/doctor.js'
import type { Translated } from '../language.js'

/** 对应 en/doctor.ts。 */
export const doctor: Translated<typeof english> = {
  optionsOk: { title: '选项可以创建 guard。', fix: '' },
  optionsWrong: { title: '{cause}', fix: '{fix}' },
  userPoolOnly: { title: '没有配置应用：只接受旧版 SDK 的 user.token，不需要访问 issuer。', fix: '' },
  appIdShape: {
    title: 'appId {appId} 不像 App ID：App ID 是 24 位十六进制字符。',
    fix: '请与 Authing 控制台 > 应用 > 你的应用 > App ID 核对。',
  },
  appIdPool: {
    title: 'appId 填的是用户池 ID。token 是签发给应用的。',
    fix: '把 appId（AUTHING_APP_ID）设为 App ID：Authing 控制台 > 应用 > 你的应用 > App ID。',
  },
  appIdOther: {
    title: 'issuer 里的 App ID 是 {found}，而 appId 是 {appId}。',
    fix: '重新设置 issuer（AUTHING_ISSUER）和 appId（AUTHING_APP_ID），两者要取自同一个应用：Authing 控制台 > 应用 > 你的应用。',
  },
  appIdKeys: {
    title: 'guard 用来验证的公钥不是 App ID {appId} 的：它的公钥在 {place}。',
    fix: "请与 Authing 控制台 > 应用 > 你的应用 > App ID 核对 appId（AUTHING_APP_ID）。如果没有填错，设置 jwksUri: '{place}'。",
  },
  appIdOk: { title: 'App ID {appId} 存在：{how}。', fix: '' },
  appIdByToken: { title: 'token 是签发给它的', fix: '' },
  appIdBySecret: { title: 'issuer 确认了它的 appSecret', fix: '' },
  appIdByIntrospection: { title: 'issuer 允许它查询 token，而不允许编造的询问者', fix: '' },
  appIdByAddress: { title: '它的公钥在 {place}，而编造的 App ID 没有', fix: '' },
  appIdUnproven: {
    title: 'issuer 的响应都无法证明 App ID {appId} 存在。如果填错了，所有 token 都会被拒绝。',
    fix: '再次运行 doctor：加上 --token，给出这个应用的一个 token，或者设置 AUTHING_APP_SECRET，两者都能证明。也可以与 Authing 控制台 > 应用 > 你的应用 > App ID 核对。',
  },
  userPoolOk: { title: 'userPool.id 和 userPool.jwtSecret 正确：token 来自这个用户池。', fix: '' },
  userPoolUnproven: {
    title: '没有什么能确认 userPool.id 和 userPool.jwtSecret 正确。',
    fix: '再次运行 doctor：加上 --token，给出旧版 SDK 的一个 user.token，它的签名能证明两者。',
  },
  transportTls: { title: 'issuer 的证书可信（{host}）。', fix: '' },
  transportLocal: { title: 'issuer 就在本机，用 http 没有问题。', fix: '' },
  transportHttp: {
    title: 'issuer 用的是 http（{host}）：链路上的任何人都能换成自己的公钥。',
    fix: '给 issuer 配置证书，并去掉 allowHttp。',
  },
  transportUntrusted: {
    title: 'issuer 的证书不可信（{host}：{code}）。',
    fix: '给 issuer 换上与域名相符的证书。使用私有 CA 时，请以 NODE_EXTRA_CA_CERTS=ca.pem 启动 Node。',
  },
  discoveryOk: { title: '发现文档里的 issuer 与配置一致。', fix: '' },
  discoveryOther: {
    title: '你期望的 issuer 是 {expected}，而发现文档里写的是 {found}。',
    fix: '把 issuer（AUTHING_ISSUER）设为 {found}，并与 Authing 控制台 > 应用 > 你的应用 > 端点信息 > Issuer 核对。',
  },
  discoveryNear: {
    title: '{expected} 没有发现文档；同一域名下有一份，其中的 issuer 是 {found}。',
    fix: '把 issuer（AUTHING_ISSUER）设为 {found}，并与 Authing 控制台 > 应用 > 你的应用 > 端点信息 > Issuer 核对。',
  },
  discoveryMissing: {
    title: '{expected} 没有发现文档。guard 用不到它，但 Authing 总会提供。',
    fix: '请与 Authing 控制台 > 应用 > 你的应用 > 端点信息 > Issuer 核对 issuer（AUTHING_ISSUER）：它以 /oidc 结尾。',
  },
  discoveryFailed: {
    title: '无法读取发现文档：{error}。',
    fix: 'issuer 现在有故障，或者是它前面的代理在响应：稍后再运行一次 doctor。guard 不需要发现文档。',
  },
  discoveryDown: {
    title: '无法访问 issuer（{error}）。',
    fix: '检查这台机器能否访问它：DNS、代理、防火墙。并与 Authing 控制台 > 应用 > 你的应用 > 端点信息 > Issuer 核对 issuer。',
  },
  keysOk: { title: 'JWKS 在 {place}：{keys}。', fix: '' },
  keysGiven: { title: '公钥由 jwks 选项给出：{keys}。', fix: '' },
  keysGivenAge: {
    title: '直接给出的公钥不会更新：应用一旦更换公钥，所有 token 都会被拒绝。',
    fix: '如果这台机器能访问 issuer，请去掉 jwks。',
  },
  keysSkipped: {
    title: 'JWKS 里有不能使用的公钥：{skipped}。',
    fix: '如果其中有你的应用的公钥，请更换它：Authing 控制台 > 应用 > 你的应用。',
  },
  keysElsewhere: {
    title: '{asked} 的公钥与 issuer 在 {place} 发布的不同。Authing 的 JWKS 有两种地址布局。',
    fix: "设置 jwksUri: '{place}'。",
  },
  keysFailed: {
    title: '没有可以用来验证的公钥：{error}。',
    fix: '请与 Authing 控制台 > 应用 > 你的应用 > 端点信息核对 issuer 和 appId，或者把 jwksUri 设为那里显示的 JWKS 地址。',
  },
  keysDown: {
    title: '没有可以用来验证的公钥：{error}。',
    fix: 'issuer 或网络现在有故障，不能说明选项有错。检查本机能否访问 issuer（DNS、代理、防火墙），然后再运行一次 doctor。',
  },
  keysTooMany: {
    title: '没有可以用来验证的公钥：{error}。',
    fix: '请减少 issuer 的 JWKS 里的公钥；Authing 只发布一个。',
  },
  keysUnfit: {
    title: '没有可以用来验证的公钥：{error}。',
    fix: '请在 issuer 发布一个至少 2048 位、use 为 "sig" 的 RSA 公钥；也检查一下 algorithms 选项。',
  },
  cacheOk: { title: 'JWKS 的缓存响应头：{headers}。无论如何，guard 会保留 {seconds} 秒。', fix: '' },
  cacheNone: { title: 'JWKS 没有缓存响应头。guard 会保留 {seconds} 秒。', fix: '' },
  cacheOld: {
    title: 'JWKS 来自缓存，已经 {age} 秒：此后更换的公钥看不到。',
    fix: '让 issuer 前面的代理或 CDN 不要缓存 /.well-known/jwks.json。',
  },
  clockOk: { title: '这台机器的时钟与 issuer 一致。', fix: '' },
  clockOff: {
    title: '这台机器的时钟比 issuer {direction} {difference}。',
    fix: '校准这台机器的时钟（NTP，例如 "timedatectl set-ntp true"）。',
  },
  clockUnknown: { title: 'issuer 没有说明时间（没有 Date 响应头），无法比较时钟。', fix: '' },
  secretNone: { title: '没有配置 appSecret：HS256 的 token 会被拒绝。应用用 RS256 签名时，这样是对的。', fix: '' },
  secretProven: { title: 'appSecret 正确：issuer 确认它属于这个 appId。', fix: '' },
  secretRefused: {
    title: 'appSecret 不对：issuer 不承认它属于这个 appId（introspection 返回 401）。',
    fix: '重新复制：Authing 控制台 > 应用 > 你的应用 > App Secret（不是用户池密钥），并在那里核对 appId。',
  },
  secretUnproven: {
    title: 'issuer 没有说明 appSecret 是否正确（{why}）。',
    fix: '加上 --token，给出这个应用的一个 HS256 token：它的签名会说明。',
  },
  secretPlain: { title: 'issuer 用的是 http，不会把密钥发送过去', fix: '' },
  secretOpen: { title: 'introspection 不要求密钥', fix: '' },
  secretSilent: { title: 'introspection 返回了别的内容', fix: '' },
  secretShape: {
    title: 'appSecret 不像 App Secret：App Secret 是 32 位十六进制字符。',
    fix: '请与 Authing 控制台 > 应用 > 你的应用 > App Secret 核对。',
  },
  secretPool: {
    title: 'appSecret 填的是用户池或编程访问账号的密钥。应用的 token 是 Authing 用应用自己的 App Secret 签名的。',
    fix: '把 AUTHING_APP_SECRET（appSecret）设为 Authing 控制台 > 应用 > 你的应用 > App Secret。',
  },
  onlineOk: { title: 'issuer 允许这个应用查询 token（{place}）。', fix: '' },
  onlineAnybody: { title: '{place} 可以查询 token，但不核实询问者是谁。', fix: '' },
  onlineOpen: {
    title: 'issuer 允许任何人查询 token（{place}）：clientSecret 是否正确，它没有说明。',
    fix: '请选择 introspection 的身份验证方式：Authing 控制台 > 应用 > 你的应用。',
  },
  onlineRefused: {
    title: 'issuer 不允许这个应用查询 token：{place} 返回 {status}。',
    fix: '请把 introspection 的 clientSecret 和 clientAuth 与 Authing 控制台 > 应用 > 你的应用核对：App Secret（不是用户池密钥），以及 introspection 的身份验证方式。',
  },
  onlineUnread: {
    title: '{place} 返回 400：它读不了这样的 token，或者 introspection 的 clientSecret 或 clientAuth 不对。',
    fix: '请把 introspection 的 clientSecret 和 clientAuth 与 Authing 控制台 > 应用 > 你的应用核对。',
  },
  onlinePlain: {
    title: '没有向 issuer 查询 token：{place} 用的是 http，而你的 guard 会把 clientSecret 发送到那里。',
    fix: '给 issuer 配置证书，并去掉 allowHttp。',
  },
  onlineOther: {
    title: '{place} 有响应，但没有说 token 是否有效。',
    fix: '那不是 introspection 端点：请把 introspection 的 endpoint 和 protocol 与 Authing 控制台 > 应用 > 你的应用 > 端点信息核对。',
  },
  onlineDown: {
    title: '无法向 issuer 查询 token：{error}。',
    fix: '检查这台机器能否访问它。如果 introspection 不在 Authing 的默认地址，请设置 introspection 的 endpoint。',
  },
  onlineActive: {
    title: 'issuer 说一个不存在的 token 是有效的（{place}）。',
    fix: '那不是 introspection 端点：请把 introspection 的 endpoint 和 protocol 与 Authing 控制台 > 应用 > 你的应用 > 端点信息核对。',
  },
  storeOk: { title: 'store 能够取回存入的内容。', fix: '' },
  storeSlow: {
    title: 'store 可以使用，但没有在 {seconds} 秒内响应，这是每次调用的 timeout。',
    fix: '让 store 离得更近，或者设置 store 的 timeout：store 太慢时，guard 会跳过它。',
  },
  storeDown: {
    title: 'store 不能使用：{error}。',
    fix: '检查这台机器能否访问它，以及 store 的 client 能否在那里读写。',
  },
  storeForgets: {
    title: 'store 不能取回存入的内容。',
    fix: '检查 store 的 client：get 必须返回 set 存入的内容，ttl 的单位是毫秒。',
  },
  managementOk: { title: '管理 API 接受这个密钥（{host}）。', fix: '' },
  managementPool: {
    title: '这是用户池自己的密钥：它可以在用户池里做任何事。',
    fix: '请使用只能查询权限的密钥：Authing 控制台 > 设置 > 管理员，协作管理员的密钥。',
  },
  managementRefused: {
    title: '管理 API 不接受这个密钥：{error}。',
    fix: '请与 Authing 控制台 > 设置 > 管理员的密钥核对 AUTHING_ACCESS_KEY_ID 和 AUTHING_ACCESS_KEY_SECRET。',
  },
  managementDown: {
    title: '无法访问管理 API：{error}。',
    fix: '检查这台机器能否访问它。如果不在 api.authing.cn，请设置 AUTHING_MANAGEMENT_HOST。',
  },
  managementWrong: {
    title: '{advice}',
    fix: '请修正 AUTHING_MANAGEMENT_HOST、AUTHING_ACCESS_KEY_ID 或 AUTHING_ACCESS_KEY_SECRET。',
  },
  tokenOk: { title: 'token 会被放行。', fix: '' },
  tokenRefused: { title: 'token 会被拒绝。{cause}', fix: '{fix}' },
}
