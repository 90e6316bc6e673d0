import type { proof as english } from '../en/proof.js'
import type { Translated } from '../language.js'

/** 对应 en/proof.ts：因为 token 的内容和签名者，为什么被拒绝。 */
export const proof: Translated<typeof english> = {
  issuerManagement: {
    cause: '这是管理 API 的 token（scoped_userpool_id）：它属于服务器，用户不会有。',
    fix: '让客户端发送用户登录得到的 access_token（或 id_token）。如果这个 token 来自客户端，请更换签发它的密钥。',
  },
  issuerLegacy: {
    cause: '这是 Authing 旧版 SDK 的 user.token：里面没有 iss，而 userPool 选项没有设置。',
    fix: '设置 userPool 选项的 id 和 jwtSecret（通过管理 API 获取，不是用户池密钥），或者把客户端升级到新版 SDK。',
  },
  issuerMissing: {
    cause: 'token 里没有 iss，无从知道应该用谁的密钥验证。',
    fix: '请使用在你的应用登录得到的 token。',
  },
  issuerSlash: {
    cause: '两个 issuer 只差末尾的斜杠：token 里是 {found}，你期望的是 {expected}。比较是逐字进行的。',
    fix: '把 issuer（AUTHING_ISSUER）设为 {declared}，与应用的发现文档一致。',
  },
  issuerDeclared: {
    cause: '你期望的 issuer 是 {expected}，而你的应用自称 {declared}：它的发现文档这样写，token 也与之一致。',
    fix: '把 issuer（AUTHING_ISSUER）设为 {declared}。',
  },
  issuerOtherApplication: {
    cause: 'token 来自 {found}：与你的 issuer {expected} 域名相同，但属于另一个应用（或路径）。',
    fix: '让客户端在这个 API 所属的应用登录。如果你要用的就是另一个应用，请从 Authing 控制台 > 应用里复制它的 issuer 和 appId，不要从 token 里取。',
  },
  issuerMoved: {
    cause:
      'token 来自 {found}，不是你的 issuer {expected}，但 explain 试过，签名用的是你自己应用的密钥：这个应用还有另一个域名。',
    fix: '如果 Authing 控制台 > 应用 > 你的应用 > 端点信息里显示了那个域名，迁移期间把两个都列出：issuer: [旧, 新]。',
  },
  issuerOther: {
    cause:
      'token 来自 {found}，不是你的 issuer {expected}，也不是由你的应用的密钥签名的。它属于另一个应用或另一个环境。',
    fix: '让客户端在 {expected} 登录。如果这个 API 要服务于另一个环境，请从那个环境的 Authing 控制台复制 issuer 和 appId，永远不要从 token 里取。',
  },
  issuerUnproven: {
    cause: 'token 来自 {found}，不是你的 issuer {expected}。是不是由你的应用的密钥签名的，现在还不知道（{detail}）。',
    fix: '请与 Authing 控制台 > 应用 > 你的应用 > 端点信息核对 issuer，永远不要从 token 里取。如果没有填错，让客户端在 {expected} 登录。想知道是谁签的，请在能拿到密钥的地方再运行一次 explain：能访问 issuer 的网络，HS256 还要有 App Secret。',
  },
  issuerNone: {
    cause: 'token 来自 {found}，而选项里没有 issuer：只接受旧版 SDK 的 user.token。',
    fix: '如果这个 API 也要接受这样的 token，请设置 issuer 和 appId：在 Authing 控制台 > 应用 > 你的应用里复制，永远不要从 token 里取。',
  },
  keyOtherPlace: {
    cause: '{asked} 的公钥与这个 token 的签名不符，{place} 的才相符。Authing 的 JWKS 有两种地址布局。',
    fix: "设置 jwksUri: '{place}'。",
  },
  keyUnknown: {
    cause: '你的 issuer 没有 kid 为 {kid} 的公钥：token 签发之后密钥更换过，或者签发它的是另一个应用。',
    fix: '让客户端重新登录。如果新的 token 也不行，请与 Authing 控制台 > 应用 > 你的应用核对 issuer 和 appId。',
  },
  keyUnnamed: {
    cause: 'token 没有说明用的是哪个公钥（kid），而你的 issuer 有好几个。',
    fix: '请原样使用在你的应用登录得到的 token：Authing 签发的都带有 kid。',
  },
  keyLegacy: {
    cause: 'token 没有 iss，却有 kid（{kid}）：旧版 SDK 的 user.token 没有 kid。',
    fix: '请使用在你的应用登录得到的 token。',
  },
  keysMissing: {
    cause: 'guard 查找公钥的地址上没有公钥（{error}）。',
    fix: '检查 issuer 是否正确（Authing 控制台 > 应用 > 你的应用 > 端点信息），或者把 jwksUri 设为那里显示的 JWKS 地址。',
  },
  keysNoJwks: {
    cause: 'JWKS 地址返回的不是 JWKS：{error}。',
    fix: '请检查 issuer 是否正确（Authing 控制台 > 应用 > 你的应用 > 端点信息），或把 jwksUri 设为那里显示的 JWKS 地址。',
  },
  keysTooMany: {
    cause: 'JWKS 里的公钥太多：{error}。',
    fix: '请减少 issuer 的 JWKS 中的公钥；Authing 只发布一个。',
  },
  keysUnusable: {
    cause: 'JWKS 里没有可以验证这个 token 的公钥：{error}。',
    fix: '请在 issuer 发布一个至少 2048 位、use 为 "sig" 的 RSA 公钥；也检查一下 algorithms 选项。',
  },
  keysUntrusted: {
    cause: 'issuer 的证书不可信：{error}。',
    fix: '给 issuer 换上与域名相符的证书。使用私有 CA 时，请以 NODE_EXTRA_CA_CERTS=ca.pem 启动 Node。',
  },
  keysDown: {
    cause: '现在拿不到 issuer 的公钥：{error}。token 本身可能没有问题。',
    fix: '检查这台机器能否访问 issuer（DNS、代理、防火墙），然后重试。在此期间 guard 返回 503。',
  },
  signatureSecret: {
    cause:
      'token 用 HS256 签名，但不是用你的 appSecret 签的：这个 App Secret 属于另一个应用，或者其实是用户池密钥，或者已经更换过。',
    fix: '重新复制 App Secret：Authing 控制台 > 应用 > 你的应用 > App Secret。不是「设置」里的密钥，那是用户池密钥。',
  },
  signaturePoolSecret: {
    cause: 'appSecret 填的是用户池的密钥。应用的 token 是 Authing 用应用自己的 App Secret 签名的。',
    fix: '把 AUTHING_APP_SECRET（appSecret）设为 Authing 控制台 > 应用 > 你的应用里的 App Secret。',
  },
  signatureSwapped: {
    cause: '签名用的是你配置给应用 {other} 的密钥，而 token 属于另一个应用。',
    fix: '给每个应用配置它自己的密钥：apps 里的 appSecret 填反了。',
  },
  signatureForged: {
    cause: 'token 用 HS256 签名，却指定了密钥（kid）。Authing 的 HS256 token 没有 kid：这像是把公钥当作密钥来伪造的。',
    fix: '不要放行；如果这个 token 不是你自己造的，按攻击处理。',
  },
  signatureCut: {
    cause: '签名有 {found} 字节，而应该是 {expected} 字节：token 被截断，或者被加了内容。',
    fix: '重新复制完整的 token。',
  },
  signatureBroken: {
    cause: 'token 指定了你的 issuer 的一个密钥，但签名不是这个密钥签的：它在传递过程中被改动过，或者是伪造的。',
    fix: '从客户端拿到 token 的地方重新复制。如果仍然失败，不要放行。',
  },
  signatureLegacy: {
    cause: 'token 没有 iss，也不是用 userPool.jwtSecret 签名的。',
    fix: '把 userPool.jwtSecret 设为用户池的 jwtSecret（通过管理 API 获取）：它既不是用户池密钥，也不是 App Secret。',
  },
  claimsBound: {
    cause: 'token 绑定了发送者的密钥（cnf），不是 bearer token：这样即使被盗也不能使用。',
    fix: '让客户端不要用 DPoP 或客户端证书来申请 token。',
  },
  claimsEvents: {
    cause: '这个 token 是一则事件通知（events），例如退出登录或安全事件，不能用来调用 API。',
    fix: '让客户端发送用户登录得到的 access_token（或 id_token）。',
  },
  claimsRefresh: {
    cause: '这是 refresh token（token_use）：它用来向 issuer 换取新 token，不能用来调用 API。',
    fix: '让客户端发送用户登录得到的 access_token（或 id_token）。',
  },
  claimsNoEnd: {
    cause: 'token 没有 exp：它会永远有效。',
    fix: '请原样使用在你的应用登录得到的 token：Authing 签发的都带有 exp。',
  },
  claimsNoIssueTime: {
    cause: '设置了 maxTokenAge，而 token 没有说明签发时间（iat）。',
    fix: '请原样使用在你的应用登录得到的 token，或者去掉 maxTokenAge。',
  },
  claimsOther: {
    cause: '有一个声明不符合标准：{detail}。',
    fix: '如果自定义字段占用了标准字段的名字，请给它改名：Authing 控制台 > 应用 > 你的应用 > 自定义 token 字段。',
  },
  timesExpired: {
    cause: 'token 已过期：exp 是 {exp}，现在是 {now}（{ago}）。',
    fix: '让客户端用 refresh token 续期，或者重新登录。token 的有效期在 Authing 控制台 > 应用 > 你的应用 > 高级配置里设置。',
  },
  timesTooOld: {
    cause: 'token 签发于 {iat}，已经超过 maxTokenAge（{seconds} 秒）；它自己的 exp 是 {exp}。',
    fix: '让客户端续期，或者调大 maxTokenAge。',
  },
  timesEarly: {
    cause: 'token 来自未来：{claim} 是 {time}，现在是 {now}。',
    fix: '校准签发 token 的机器的时钟（NTP），或者等到那个时间。',
  },
  timesClock: {
    cause: '这台机器的时钟不准：比 issuer 的时钟{direction} {difference}。按 issuer 的时钟，token 是有效的。',
    fix: '校准这台机器的时钟（NTP，例如 "timedatectl set-ntp true"）。不要为此调大 clockTolerance。',
  },
  audiencePool: {
    cause: 'appId 填的是用户池 ID（{appId}）。token 是签发给应用的。',
    fix: '把 appId（AUTHING_APP_ID）设为 App ID：Authing 控制台 > 应用 > 你的应用 > App ID。',
  },
  audienceOther: {
    cause: 'token 是签发给 {found} 的，而你的 appId 是 {expected}：它由你的 issuer 签名，但属于另一个应用。',
    fix: '与 Authing 控制台 > 应用 > 你的应用 > App ID 核对 appId（AUTHING_APP_ID）。如果没有填错，让客户端在这个应用登录。',
  },
  audienceCustom: {
    cause: 'access token 是签发给 {found} 的，而 audience 选项期望 {expected}。',
    fix: '让客户端申请签发给 {expected} 的 token，或者修正 audience 选项；不设置时期望的是 appId。',
  },
  audienceAccessKey: {
    cause: 'token 是签发给应用 {azp} 的编程访问账号 {found} 的，而你的 appId 是 {expected}。',
    fix: '让那台服务器在你的应用申请 token（<issuer>/token），或者修正 appId。',
  },
  audienceShared: {
    cause: '你有几个应用共用这个 issuer，而 token 不属于其中任何一个，它属于 {found}。',
    fix: '把客户端登录的应用加入 apps，App ID 在 Authing 控制台 > 应用里。',
  },
  audienceSeveral: {
    cause: '你有几个应用共用这个 issuer，而 token 同时属于其中几个：{found}。',
    fix: '让客户端为一个应用申请 token。',
  },
  audienceList: {
    cause: 'token 属于几个受众：{found}。你的 {expected} 是其中之一，但只有 access_token 可以另有其他受众。',
    fix: '让客户端发送 access_token，或只属于 {expected} 的 id_token（Authing 登录时签发的就是这样）。',
  },
  audienceLegacy: {
    cause: '这个 user.token 属于另一个用户池，不是 userPool.id。',
    fix: '把 userPool.id 设为你的应用所在的用户池：Authing 控制台 > 设置。或者让客户端在这个用户池登录。',
  },
  admissionAccessWanted: {
    cause: '这是 {found}，而 accept 选项只放行 {accept}。',
    fix: "让客户端发送同一次返回中的 access_token，或者把 '{found}' 加入 accept。",
  },
  admissionOtherWanted: {
    cause: '这是 {found}，而 accept 选项只放行 {accept}。',
    fix: "让客户端发送 accept 所列的 token，或者把 '{found}' 加入 accept。",
  },
  admissionMachine: {
    cause: '这个 token 属于编程访问账号（{key}），也就是机器，而 accessKeys 没有列出它。',
    fix: "如果允许那台服务器调用这个 API，设置 accessKeys: ['{key}']：请与 Authing 控制台 > 应用 > 你的应用 > 编程访问账号核对。",
  },
  admissionStranger: {
    cause: '这个 token 属于代表用户调用的编程访问账号（{key}），而 accessKeys 没有列出它。',
    fix: "如果允许那台服务器代表你的用户，设置 accessKeys: ['{key}'] 和 delegates: 'allow'：请与 Authing 控制台 > 应用 > 你的应用 > 编程访问账号核对。",
  },
  admissionDelegate: {
    cause: '编程访问账号 {key} 在这里代表用户，而 delegates 默认拒绝。',
    fix: "如果允许那台服务器代表你的用户，设置 delegates: 'allow'。",
  },
  standingInactive: {
    cause: 'issuer 说这个 token 已经失效：它被吊销了，或者用户被停用或删除。',
    fix: '让客户端重新登录。用户的状态在 Authing 控制台 > 用户里可以看到。',
  },
  standingRevoked: {
    cause: '这个 token、它的用户或编程访问账号在这个 API 里被吊销了。',
    fix: '让客户端重新登录。如果是误操作，请在当初吊销的地方恢复。',
  },
  standingOnline: {
    cause: '现在无法从 issuer 得知 token 是否仍然有效：{error}。token 本身可能没有问题。',
    fix: '检查这台机器能否访问 issuer，并与 Authing 控制台 > 应用 > 你的应用 > 高级配置核对询问的方式（App Secret、客户端认证方式）。在此期间 guard 返回 503。',
  },
  standingHook: {
    cause: 'isRevoked 没有给出答案：{error}。token 本身可能没有问题。',
    fix: '检查 isRevoked 为什么抛出异常、超过 2 秒或返回了布尔值以外的值。在此期间 guard 返回 503。',
  },
  standingStore: {
    cause: '现在无法得知 token 是否已被吊销：{error}。token 本身可能没有问题。',
    fix: '检查这台机器能否访问保存吊销记录的存储。在此期间 guard 返回 503。',
  },
  other: {
    cause: 'guard 拒绝了这个 token：{reason}（{detail}）。',
    fix: '请看 README 错误表格中的「{reason}」。',
  },
}
