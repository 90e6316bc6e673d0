import type { dev as english } from '../en/dev.js'
import type { Translated } from '../language.js'

/** 对应 en/dev.ts。 */
export const dev: Translated<typeof english> = {
  started: `authing-guard dev：本地 Authing 用户池，仅供开发使用

  控制台   {console}
  Issuer   {issuers}
  App ID   {appIds}

1. 启动你的 API，环境变量如下：

  {environment}

2. 调用它。不带 token 时返回 401：

  curl -i http://localhost:3000/me

   带上新签发的 token，返回 200：

  curl -i -H "Authorization: Bearer $(curl -s {console}/token)" http://localhost:3000/me

   如果你的 shell 不支持 $( )，可直接使用刚刚签发的 token：

  curl -i -H "Authorization: Bearer {token}" http://localhost:3000/me

   要在控制台上看到它收到的请求以及被拒绝的原因，请这样启动它：

  node --import authing-guard/testing/report app.mjs

   使用带密钥的 introspection、权限或用户资料时，请按需设置下面几项：

  {secrets}

密钥每次启动都会更换。按 Ctrl+C 结束。
`,
  production: '本地用户池会为任何人签发 token：在 NODE_ENV=production 下拒绝启动。',
  portTaken: '端口 {port} 已被占用。请结束占用它的程序，或用 --port 换一个端口。',
  poolPortTaken:
    '端口 {port} 已被占用。它是用户池的端口，比控制台的端口（{console}）大 1。请结束占用它的程序，或用 --port 换一对端口。',
  poolMissing: '--pool 指定的文件 {path} 不存在。',
  poolUnread: '无法读取 --pool 指定的文件 {path}：{code}。',
  poolNotJson: '--pool 指定的文件 {path} 必须是一个 JSON 对象，内容是 createUserPool 的选项。',
  poolRefused: '--pool 指定的文件 {path} 里的选项有误，用户池给出的说明是：{message}',
  badPort: '--port 必须是 0 到 65534 的整数，而不是 {given}。',
  badAlgorithm: '--algorithm 必须是 {known} 之一，总共最多三个，而不是 {given}。',
  stopped: '本地用户池已结束，密钥随之失效。',
}
