import type { Words } from './words.js'

const help = `用法：npx authing-guard dev [选项]

本地的 Authing 用户池，带一个控制台页面：无需账号、无需联网即可开发。
它签发真实的 token，密钥每次启动都重新生成。

选项：
  --port <n>         控制台在 127.0.0.1 上的端口；用户池使用下一个端口。
                     0 表示任选两个空闲端口。默认：4567，用户池为 4568。
  --algorithm <alg>  应用的 id_token 签名算法：RS256、RS384、RS512、PS256、PS384、
                     PS512、ES256、ES384、ES512、EdDSA 或 HS256。
                     最多写三次，每次对应一个应用。默认：RS256。
  --pool <文件>      JSON 文件，内容为 createUserPool 的选项，覆盖默认值：
                     users（含角色）、grants、accessKeys、apps 等。
  --lang <en|zh>     默认：依系统语言。
  --help             显示本说明。

在命令行里取 token；不带参数时是第一个用户的 access token：
  curl -s http://127.0.0.1:4567/token
  curl -s 'http://127.0.0.1:4567/token?type=id_token&expiresIn=60'
  curl -s 'http://127.0.0.1:4567/token?wrong=expired'
参数与 authing-guard/testing 的 mint 相同：type（access_token、id_token、user_token、
legacy_user_token、machine、delegate、management_token，以及 opaque）、appId、userId、
accessKeyId、scope、expiresIn（秒）、algorithm、wrong、claims 和 header（JSON）。
参数有误时返回 400，并说明原因。

能访问控制台的人可以冒充任何用户：因此它只监听 127.0.0.1，只响应自己的页面，
并且在 NODE_ENV=production 下拒绝启动。

按 Ctrl+C 结束，退出码 0。1：无法启动。2：选项有误。
`

export const chinese: Words = {
  help,
  started: ({ console, issuers, appIds, environment, token }) => `authing-guard dev：本地 Authing 用户池，仅供开发使用

  控制台  ${console}
  Issuer  ${issuers.join('\n          ')}
  App ID  ${appIds.join('\n          ')}

1. 启动你的 API，环境变量如下：

  ${environment.join('\n  ')}

2. 调用它。不带 token 时返回 401：

  curl -i http://localhost:3000/me

   带上新签发的 token，返回 200：

  curl -i -H "Authorization: Bearer $(curl -s ${console}/token)" http://localhost:3000/me

   如果你的 shell 不支持 $( )，可直接使用刚刚签发的 token：

  curl -i -H "Authorization: Bearer ${token}" http://localhost:3000/me

密钥每次启动都会更换。按 Ctrl+C 结束。
`,
  production: '本地用户池会为任何人签发 token：在 NODE_ENV=production 下拒绝启动。',
  portTaken: (port) => `端口 ${port} 已被占用。请结束占用它的程序，或用 --port 换一个端口。`,
  badPort: (given) => `--port 必须是 0 到 65534 的整数，而不是 ${given}。`,
  badLanguage: (given) => `--lang 必须是 en 或 zh，而不是 ${given}。`,
  badAlgorithm: (given, known) => `--algorithm 必须是 ${known.join('、')} 之一，总共最多三个，而不是 ${given}。`,
  seeHelp: '参见：npx authing-guard dev --help',
  stopped: '本地用户池已结束，密钥随之失效。',
}
