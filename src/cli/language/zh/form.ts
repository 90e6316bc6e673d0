import type { form as english } from '../en/form.js'
import type { Translated } from '../language.js'

/** 对应 en/form.ts：token 还没有被证明之前，为什么被拒绝。 */
export const form: Translated<typeof english> = {
  optionsIssuerPath: {
    cause: 'issuer 设成了 "{issuer}"。Authing 签发的 token 里，iss 还带有路径，所以没有一个 token 能匹配。',
    fix: '把 issuer（AUTHING_ISSUER）设为 "{suggestion}"：可在 Authing 控制台 > 应用 > 你的应用 > 端点信息 > Issuer 复制。',
  },
  optionsHttp: {
    cause: '{name} 用的是 http：链路上的任何人都能换成自己的公钥。',
    fix: '把 {name} 改成 https 地址。如果部署环境确实没有 https，并且你信任这个网络，设置 allowHttp: true。',
  },
  optionsLoopback: {
    cause: '{name} 指向本机，而 NODE_ENV 是 production：本地用户池会给任何人签发 token。',
    fix: '把 {name} 设为你的应用的地址；开发时则不要设置 NODE_ENV=production。',
  },
  optionsShortSecret: {
    cause: '{name} 太短，不可能是签发 token 的密钥：HS256 的密钥至少 32 字节。',
    fix: '重新复制完整的 App Secret：Authing 控制台 > 应用 > 你的应用 > App Secret（不是用户池密钥）。',
  },
  optionsMissing: {
    cause: '没有设置 {name}，或者它是空白。',
    fix: '设置 {name}：在 Authing 控制台 > 应用 > 你的应用里可以看到。',
  },
  optionsSpace: {
    cause: '{name} 的前后有空白字符。',
    fix: '去掉 {name} 前后的空格和换行；从文件或环境变量读取时，末尾常常多一个换行。',
  },
  optionsOther: {
    cause: '选项有误，guard 给出的说明是：{advice}',
    fix: '修改上面点名的选项。在此之前不会创建 guard，也不会检查任何 token。',
  },
  headerEmpty: {
    cause: '没有 token。',
    fix: '让客户端发送 "Authorization: Bearer <token>"，其中的 token 是用户登录时得到的。',
  },
  headerNoBearer: {
    cause: 'Authorization 请求头里只有 token，前面缺少 "Bearer"。',
    fix: '让客户端发送 "Authorization: Bearer <token>"。如果无法修改客户端（Authing 的部分 SDK 就是直接发送 token），设置 bearerPrefix: \'optional\'。',
  },
  headerOtherScheme: {
    cause: 'Authorization 请求头用的不是 Bearer，而是别的认证方式。',
    fix: '让客户端发送 "Authorization: Bearer <token>"。',
  },
  headerMalformed: {
    cause: 'Authorization 请求头不是“Bearer、空格、一个 token”的格式（{detail}）。',
    fix: '让客户端只发送一行，格式正好是 "Authorization: Bearer <token>"。',
  },
  headerSpace: {
    cause: 'token 中间有空白或换行：复制的时候断开了。',
    fix: '重新复制 token，保持一行，中间没有空格。',
  },
  headerQuotes: {
    cause: 'token 两边带着引号。',
    fix: '去掉引号：客户端发送的是 token 的 JSON 文本，而不是 token 本身（用 jq 时请加 "jq -r"）。',
  },
  headerMessage: {
    cause: '这不是 token，而是一段文本，例如本应签发 token 的程序给出的错误信息。{start}',
    fix: '请单独运行取 token 的命令，看看它输出了什么。用 curl 时加上 -f，返回错误时就不会输出内容。',
  },
  headerPlaceholder: {
    cause: '客户端发送的不是 token，而是 "{word}" 这个词：拼请求头的时候它还没有拿到 token。',
    fix: '让客户端等登录完成之后，再从返回结果里读取正确的字段：access_token 或 id_token。',
  },
  headerAnswer: {
    cause: '这是 token 端点返回的整个 JSON，而不是其中的一个 token。',
    fix: '只发送其中 access_token（或 id_token）字段的值。',
  },
  shapeOpaque: {
    cause:
      '这不是 JWT，而是一个不透明的字符串：OAuth 2.0 协议的 access token，或者 refresh token。在这里没有任何内容可以验证。',
    fix: "让客户端使用应用的 OIDC 端点（<issuer>/token），发送其返回的 access_token，永远不要发送 refresh_token。如果应用本来就签发不透明的 access token，就让 guard 在线查询：设置 {option}；如果设置了 accept，还要在其中加上 'opaque'。",
  },
  shapeTruncated: {
    cause: 'token 被截断了：JWT 由点号连接的三段组成，而这里只有 {parts} 段。',
    fix: '复制完整的 token；如果客户端保存过它，检查保存的位置（cookie、数据库字段）是不是太短。',
  },
  shapeTooLong: {
    cause: 'token 超过 {most} 个字符，guard 不检查这么长的 token。',
    fix: '减少 token 里的字段：Authing 控制台 > 应用 > 你的应用 > 自定义 token 字段。',
  },
  shapeEncrypted: {
    cause: '这个 token 是加密的（JWE）：只有它的接收方客户端才能读取。',
    fix: '关闭 id token 加密：Authing 控制台 > 应用 > 你的应用 > 高级配置 > id_token 加密。或者改为发送 access token。',
  },
  shapeOtherKind: {
    cause: 'token 头部的 typ 是 {typ}：那是另一种 JWT，不能用来调用 API。',
    fix: '改为发送登录时得到的 access_token（或 id_token）。',
  },
  shapeOwnKey: {
    cause: 'token 的头部自带密钥（{member}）。Authing 不会签发这样的 token：制作它的人想让你用他自己的密钥来相信他。',
    fix: '不要放行。请使用在你的应用登录得到的 token；如果这个 token 不是你自己造的，按攻击处理。',
  },
  shapeExtension: {
    cause: 'token 的头部有 {member}，Authing 从不使用这个扩展。',
    fix: '不要放行。请使用在你的应用登录得到的 token。',
  },
  shapeAltered: {
    cause: '这不是完好的 JWT：传递过程中有一部分被改动或丢失（{detail}）。',
    fix: '从客户端拿到 token 的地方重新复制。',
  },
  shapeGarbage: {
    cause: '这不是 token：既不是 JWT，也不是 Authing 签发的任何东西。',
    fix: '检查客户端在 "Bearer" 后面放了什么：必须是登录得到的 access_token 或 id_token。',
  },
  algorithmNoSecret: {
    cause: 'token 用 HS256 签名，而没有配置 appSecret：没有可以用来验证的密钥。',
    fix: '把 AUTHING_APP_SECRET（appSecret）设为应用的 App Secret；或者在 Authing 控制台 > 应用 > 你的应用 > 高级配置，把「id_token 签名算法」改为 RS256。',
  },
  algorithmNone: {
    cause: 'token 没有签名（alg {alg}）：谁都可以写一个。',
    fix: '不要放行。请使用在你的应用登录得到的 token；如果这个 token 不是你自己造的，按攻击处理。',
  },
  algorithmUnknown: {
    cause: 'token 用 {alg} 签名，Authing 从不用它签发 token。',
    fix: '请使用在你的应用登录得到的 token，它的算法是 RS256 或 HS256。',
  },
  algorithmExcluded: {
    cause: 'token 用 {alg} 签名，而 algorithms 选项只允许 {algorithms}。',
    fix: "如果你的应用用的就是它（Authing 控制台 > 应用 > 你的应用 > 高级配置），把 '{alg}' 加入 algorithms，或者去掉这个选项。",
  },
  algorithmAccessToken: {
    cause: '这是一个用 HS256 签名的 access token。无论哪个应用，Authing 都用 RS256 签发 access token。',
    fix: '原样发送 token 端点返回的 access_token。造出这个 token 的人有你的 App Secret：如果不是你自己，请立即更换。',
  },
  algorithmOtherKey: {
    cause: 'token 声称的算法是 {alg}，而它的 kid 所指的公钥属于另一种算法。',
    fix: '请原样使用在你的应用登录得到的 token：一个公钥只用于一种算法。',
  },
  algorithmLegacy: {
    cause: 'token 没有 iss，并且用 {alg} 签名：旧版 SDK 的 user.token 用的是 HS256。',
    fix: '请使用在你的应用登录得到的 token。',
  },
}
