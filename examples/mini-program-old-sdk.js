// @ts-check
// A WeChat mini program: Authing's own SDK signs its user in, and the stored token gives access to a protected API.
import { AuthenticationClient } from 'authing-wxapp-sdk'

// What the SDK uses of WeChat. A mini program has `wx`; in Node these lines replace it.
const storage = new Map()
const wx = {
  getStorageSync: (/** @type {string} */ key) => storage.get(key) ?? '',
  setStorageSync: (/** @type {string} */ key, /** @type {unknown} */ value) => storage.set(key, value),
}
Object.assign(globalThis, { wx })

/**
 * Signs in, changes the profile, and asks the API for the identity.
 *
 * @param {{ host: string, userPoolId: string, code: string, api: string }} options `host` is Authing, or a local user
 *   pool; `code` is what `wx.login` gave
 */
export async function callApi({ host, userPoolId, code, api }) {
  const authing = new AuthenticationClient({ userPoolId, host })
  await authing.loginByCode(code)
  await authing.updateProfile({ nickname: 'Ratty' })
  const token = wx.getStorageSync('_authing_token')
  return fetch(`${api}/me`, { headers: { Authorization: `Bearer ${token}` } })
}
