import { answerOf, type Call, type OpenHost } from './host.js'

/** A function of a cloud, in this process: its gateway answers 500 where it throws. */
export function fromFunction(invoke: (call: Call) => Promise<unknown>): OpenHost {
  return {
    call: async (call) => {
      const answer = await invoke(call).catch(() => ({ statusCode: 500 }))
      const { statusCode, headers, body } = Object(answer)
      const given = new Map(Object.entries(Object(headers)).map(([name, value]) => [name.toLowerCase(), String(value)]))
      return answerOf(statusCode, (name) => given.get(name), String(body))
    },
    close: async () => {},
  }
}
