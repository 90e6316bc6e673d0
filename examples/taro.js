// @ts-check
// What Authing's SDK for mini programs uses of Taro, in Node: requests, storage in memory, and a login code.

/** What `Taro.login` gives. At a local user pool, `miniProgramCodes` says which user a code is of. */
export const device = { code: 'any code' }
/** @type {Map<string, unknown>} */
const storage = new Map()

/** @param {{ url: string, method?: string, data?: object, header?: Record<string, string> }} options */
async function request({ url, method = 'GET', data = {}, header = {} }) {
  const form = new URLSearchParams(Object.entries(data))
  const headers = { 'content-type': 'application/json', ...header }
  const body = headers['content-type'] === 'application/json' ? JSON.stringify(data) : form
  const response = await (method === 'GET'
    ? fetch(`${url}?${form}`, { headers })
    : fetch(url, { method, headers, body }))
  const text = await response.text()
  return { statusCode: response.status, data: /^[[{]/.test(text) ? JSON.parse(text) : text }
}

/** Makes a function as Taro's are: it resolves, and it calls back.
 * @template {object} Options
 * @template Result
 * @param {(options: Options) => Result | Promise<Result>} act
 * @returns {(options: Options & { success?: (result: Result) => void, fail?: (error: unknown) => void }) => Promise<Result>}
 */
const taro = (act) => (options) => {
  const result = Promise.resolve(options).then(act)
  result.then(options.success, options.fail ?? (() => {}))
  return result
}

export default {
  login: taro(() => ({ code: device.code })),
  request: taro(request),
  getStorage: taro((/** @type {{ key: string }} */ { key }) => ({ data: storage.get(key) })),
  setStorage: taro((/** @type {{ key: string, data: unknown }} */ { key, data }) => storage.set(key, data)),
  removeStorage: taro((/** @type {{ key: string }} */ { key }) => storage.delete(key)),
}
