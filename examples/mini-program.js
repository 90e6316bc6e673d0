// @ts-check
// A mini program with Authing's SDK 5.x: it signs its user in, and the access token gives access to a protected API.
import { Authing } from '@authing/miniapp-taro'
import Taro from '@tarojs/taro'

/** @param {{ appId: string, userPoolId: string, host: string, api: string }} options `host`: Authing, or a local user pool */
export function createClient({ api, ...options }) {
  const authing = new Authing(options)
  /** @type {Promise<string> | undefined} */
  let signingIn // one sign-in, shared by all calls that wait for it

  async function signIn() {
    await authing.clearLoginState() // else loginByCode returns the stored token, revoked or not
    const scope = 'openid profile'
    const [error, state] = await authing.loginByCode({ extIdpConnidentifier: 'my-connection', options: { scope } })
    if (error) throw new Error(error.message)
    return state.access_token
  }

  // The stored token; a new one if there is none, if it has expired, or if it is the one that the API refused.
  async function tokenAfter(refused = '') {
    const [, state] = await authing.getLoginState()
    if (state && state.access_token !== refused) return state.access_token
    signingIn ??= signIn().finally(() => {
      signingIn = undefined
    })
    return signingIn
  }

  const send = (path = '', token = '') =>
    Taro.request({ url: api + path, header: { Authorization: `Bearer ${token}` } })

  async function call(path = '/') {
    const token = await tokenAfter()
    const answer = await send(path, token)
    return answer.statusCode === 401 ? send(path, await tokenAfter(token)) : answer
  }
  return { authing, call }
}
