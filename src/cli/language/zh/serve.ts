import type { serve as english } from '../en/serve.js'
import type { Translated } from '../language.js'

/** 对应 en/serve.ts。 */
export const serve: Translated<typeof english> = {
  listening: 'authing-guard serve 正在监听 {where}，处理的地址是 {addresses}。按 Ctrl+C 停止。',
  noConfig: '请指定定义 guard 的模块：npx authing-guard serve --config guards.mjs',
  noHandler: '{file} 没有导出 authing-guard/forward-auth 的 forwardAuth 的返回值：请写 export default forwardAuth(...)',
  reserved: '{address} 由 serve 自己处理：请给那个 guard 换一个地址。',
  badPort: '--port 必须是 0 到 65535 的整数。',
  socketOrPort: '--socket 不能与 --port、--host 同时使用。',
  taken: '{where} 已被占用。请停止监听它的程序，或者另选一个。',
  cannotListen: '无法监听 {where}：{code}。',
  stopped: 'authing-guard serve 已停止。',
}
