import type { commands as english } from '../en/commands.js'
import type { Translated } from '../language.js'

/** 对应 en/commands.ts。 */
export const commands: Translated<typeof english> = {
  help: `用法：npx authing-guard <命令> [选项]

命令
  explain         这个 token 为什么被拒绝？从标准输入或不回显的提示读取 token。
  doctor          配置是否正确？会访问 issuer。
  dev             本地用户池，带控制台页面。它的选项：npx authing-guard dev --help

谁的 token
  --issuer URL    应用的 Issuer。默认：AUTHING_ISSUER。
  --app-id ID     应用的 App ID。默认：AUTHING_APP_ID。
  --config FILE   导出 guard 选项的模块：名为 "options" 的导出，或默认导出。
  --ask-secret    询问 App Secret，不回显。默认：AUTHING_APP_SECRET（如果设置了）。

输出
  --reveal        explain：显示个人信息。
  --token         doctor：同时询问一个 token，并解释它。
  --json          供程序读取。
  --lang en|zh    默认：按系统语言。

设置了 AUTHING_ACCESS_KEY_ID 和 AUTHING_ACCESS_KEY_SECRET 时，doctor 还会检查管理 API
（不是 https://api.authing.cn 时，用 AUTHING_MANAGEMENT_HOST 指定）。

退出码：0 一切正常，1 有错误，2 命令用法不对，130 被中断。
密钥和 token 绝不作为命令行参数：它们会留在 shell 历史和进程列表里。`,
  noCommand: '没有这个命令。用 "npx authing-guard --help" 查看全部命令。',
  unknownOption: '没有选项 {option}。用 "npx authing-guard --help" 查看全部选项。',
  anOption: '（你给出的选项之一）',
  needsValue: '{option} 需要一个值。',
  takesNoValue: '{option} 不带值。',
  badLanguage: '--lang 只能是 en 或 zh。',
  noArguments: '这个命令只接受选项。用 "npx authing-guard --help" 查看。',
  tokenArgument:
    'token 绝不作为命令行参数：它会留在 shell 历史和进程列表里。请用管道传入（"pbpaste | npx authing-guard explain"），或者直接运行命令，在提示处粘贴。刚才给出的那个 token 请视为已泄露：等它过期，或撤销它。',
  secretArgument:
    '密钥绝不作为命令行参数：它会留在 shell 历史和进程列表里。请放在环境变量 AUTHING_APP_SECRET 或 --config 的文件里，或者使用 --ask-secret。',
  configOrFlags: '--config 不能与 --issuer、--app-id 同时使用：文件里已经包含它们。',
  configUnread: '无法加载 {file}：{why}',
  configEmpty: '{file} 没有导出选项：请导出为 "options"，或者作为默认导出。',
  configGuard: '{file} 导出的是 guard，请导出创建它所用的选项。',
  noIssuer:
    '要检查谁的 token？请设置 AUTHING_ISSUER 或使用 --issuer（Authing 控制台 > 应用 > 你的应用 > 端点信息 > Issuer），或者使用 --config FILE。',
  noAppId: '请设置 AUTHING_APP_ID 或使用 --app-id（Authing 控制台 > 应用 > 你的应用 > App ID）。',
  noTerminal: '没有可以询问的终端：请设置 AUTHING_APP_SECRET，不要用 --ask-secret。',
  secretOfOne: '--ask-secret 只用于一个应用，而选项里有几个。',
  askToken: 'token 或 Authorization 请求头（不回显）：',
  askSecret: 'App Secret（不回显）：',
  noToken: '没有给出 token。',
  interrupted: '已中断。',
  accepted: '放行',
  refused: '拒绝',
  passed: '通过',
  failed: '不对',
  unknown: '未检查',
  warning: '注意',
  expected: '期望',
  found: '实际',
  why: '原因',
  fix: '处理',
  proven: 'token 的内容（已由签名证明）',
  unproven: 'token 自称的内容（未经证明）',
  hidden: '个人信息已隐藏，用 --reveal 显示。',
  allWell: '一切正常。',
  withWarnings: '没有错误，有 {count} 处需要注意。',
  wrongs: '有 {wrong} 处错误，{count} 处需要注意。',
}
