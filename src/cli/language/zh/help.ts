import type { help as englishHelp, options as englishOptions } from '../en/help.js'
import type { Translated } from '../language.js'

/** 对应 en/help.ts。 */
export const options: Translated<typeof englishOptions> = {
  issuer: '应用的 Issuer。默认：AUTHING_ISSUER。',
  'app-id': '应用的 App ID。默认：AUTHING_APP_ID。',
  config: '导出 guard 选项的模块：名为 "options" 的导出，或默认导出；也可以直接导出 guard。',
  'env-file': '环境变量文件，与 node --env-file 的相同。已经设置的变量保持原值。',
  'ask-secret': '询问 App Secret，不回显。默认：AUTHING_APP_SECRET（如果设置了）。',
  reveal: '显示个人信息。',
  token: '同时询问一个 token，并解释它。',
  json: '输出 JSON。',
  port: '控制台在 127.0.0.1 上的端口；用户池使用下一个端口。0 表示任选两个空闲端口。默认：4567。',
  algorithm:
    '应用的 id_token 签名算法：RS256、RS384、RS512、PS256、PS384、PS512、ES256、ES384、ES512、EdDSA 或 HS256。最多写三次，每次对应一个应用。默认：RS256。',
  pool: 'JSON 文件，内容为 createUserPool 的选项，覆盖默认值：users（含角色）、grants、accessKeys、apps 等。',
  forwardAuth: '导出 authing-guard/forward-auth 的 forwardAuth 返回值的模块，例如用默认导出。',
  forwardPort: '端口。0 表示任选一个空闲端口。默认：4180。',
  host: '监听的地址。默认：127.0.0.1。除代理以外，不应让别人访问它。',
  socket: '监听的 Unix 套接字，代替端口。能进入它所在目录的用户都能使用它。',
  lang: '语言。默认：按系统语言。',
  help: '显示本说明。',
}

export const help: Translated<typeof englishHelp> = {
  usage: '用法：npx authing-guard {command} [选项]',
  anyCommand: '<命令>',
  commands: '命令',
  optionsTitle: '选项',
  optionsOf: '用 "npx authing-guard <命令> --help" 查看一个命令的选项。',
  explain: '解释 token 为什么被拒绝。从标准输入或不回显的提示读取 token。',
  doctor: '检查配置是否正确。会访问 issuer。',
  dev: '运行本地的 Authing 用户池，带控制台页面：无需账号、无需联网即可开发。',
  serve: '处理 nginx、Caddy、Traefik、Envoy 或 APISIX 的子请求：这个请求能否通过？',
  explainNotes: '',
  doctorNotes: `设置了 AUTHING_ACCESS_KEY_ID 和 AUTHING_ACCESS_KEY_SECRET 时，doctor 还会检查管理 API（不是 https://api.authing.cn 时，用 AUTHING_MANAGEMENT_HOST 指定）。

`,
  devNotes: `用户池签发真实的 token，密钥每次启动都重新生成。

在命令行里取 token；不带参数时是第一个用户的 access token：
  curl -s http://127.0.0.1:4567/token
  curl -s 'http://127.0.0.1:4567/token?type=id_token&expiresIn=60'
  curl -s 'http://127.0.0.1:4567/token?defect=expired'
参数与 authing-guard/testing 的 mint 相同：type（access_token、id_token、user_token、legacy_user_token、machine、delegate、management_token，以及 opaque）、appId、userId、accessKeyId、scope、expiresIn（秒）、algorithm、defect、claims 和 header（JSON）。参数有误时返回 400，并说明原因。

能访问控制台的人可以冒充任何用户：因此它只监听 127.0.0.1，只响应自己的页面，并且在 NODE_ENV=production 下拒绝启动。按 Ctrl+C 结束。

`,
  serveNotes: `启动：npx authing-guard serve --config guards.mjs

每次拒绝在标准输出写一行 JSON，不含 token。/healthz 返回 200；启动时拉取过一次公钥之后，/readyz 返回 200。收到 SIGTERM 时停止：已打开的连接上的请求会得到响应，最多等 10 秒。

`,
  exitCodes: `退出码：0 成功，1 发现问题（dev、serve：无法启动），2 命令用法不对，3 有未能确认的内容（doctor），130 在提示处被中断。
不要把密钥和 token 作为命令行参数：它们会留在 shell 历史和进程列表里。`,
}
