import type { commands as english } from '../en/commands.js'
import type { Translated } from '../language.js'

/** 对应 en/commands.ts。 */
export const commands: Translated<typeof english> = {
  noCommand: '没有这个命令。用 "npx authing-guard --help" 查看全部命令。',
  unknownOption: '没有选项 {option}。',
  didYouMean: '你是不是想写 {name}？',
  anOption: '（你给出的选项之一）',
  needsValue: '{option} 需要一个值。',
  takesNoValue: '{option} 不带值。',
  badLanguage: '--lang 必须是 en 或 zh。',
  noArguments: '这个命令只接受选项。',
  seeHelp: '参见：npx authing-guard {command} --help',
  tokenArgument:
    '不要把 token 作为命令行参数：参数会留在 shell 历史和进程列表里。请用管道传入（"pbpaste | npx authing-guard explain"），或者直接运行命令，在提示处粘贴。刚才给出的那个 token 请视为已泄露：吊销它，或等它过期。',
  secretArgument:
    '不要把密钥作为命令行参数：参数会留在 shell 历史和进程列表里。请放在环境变量 AUTHING_APP_SECRET 或 --config 的文件里，或者使用 --ask-secret。',
  configOrFlags: '--config 不能与 --issuer、--app-id 同时使用：文件里已经包含它们。',
  fileMissing: '文件 {path} 不存在。',
  configImport:
    '无法加载 {file}：文件本身存在，但找不到它导入的某个模块（{why}）。运行 "node {file}" 可以看到是哪一个。',
  configUnread: '无法加载 {file}：{why}',
  configTypeScript:
    '。这是 TypeScript 文件：请用 Node 22.18 或更新的版本，它可以直接加载；或者把命令中的 "npx authing-guard" 换成 "npx tsx node_modules/authing-guard/dist/cli.js"。',
  configEmpty: '{file} 既没有导出选项，也没有导出 guard：请把选项导出为 "options" 或默认导出，或者导出 guard。',
  configGuard: '{file} 导出的 guard 来自这个包的另一个版本，请导出创建它所用的选项。',
  envFileUnread: '无法读取 {file}：{why}',
  noIssuer:
    '没有指定 issuer。请设置 AUTHING_ISSUER 或使用 --issuer（Authing 控制台 > 应用 > 你的应用 > 端点信息 > Issuer），或者使用 --config FILE。',
  noAppId: '没有指定 App ID。请设置 AUTHING_APP_ID 或使用 --app-id（Authing 控制台 > 应用 > 你的应用 > App ID）。',
  noTerminal: '--ask-secret 需要终端。请改为设置 AUTHING_APP_SECRET。',
  secretOfOne: '--ask-secret 只用于一个应用，而选项里有几个。',
  askToken: 'token 或 Authorization 请求头（不回显）：',
  askSecret: 'App Secret（不回显）：',
  noToken:
    '没有给出 token：标准输入是空的。请用管道传入（"pbpaste | npx authing-guard explain"），或者不用管道直接运行命令，在提示处粘贴。如果管道前面的命令本应输出 token，请单独运行它：它什么都没有输出。',
  interrupted: '已中断。',
}
