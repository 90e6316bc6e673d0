import { digestOf } from '#signature'
import { invalidOption } from '../common/config-error.js'
import { type Option, refined, texts } from '../common/options.js'

/** Characters of the shortest secret: what is shorter can be guessed. */
const minLength = 16

/** The secrets of a webhook, one or several while it is rotated. */
export const secretsOption: Option<readonly string[]> = refined(
  texts("the webhook's request secret (请求密钥) in Authing's console, or a list while it is rotated"),
  (secrets, name) => {
    if (secrets.some((secret) => secret.length < minLength)) {
      throw invalidOption(name, `must have at least ${minLength} characters: it is all that proves who sent a webhook`)
    }
    return secrets
  },
)

/**
 * The headers in which Authing sends the secret. Its documents name the first in one table and the second in another, and
 * its logs show both; GenAuth sends the third (Authing docs, guides/webhook).
 */
export const secretHeaders = ['x-authing-webhook-secret', 'x-authing-token', 'x-genauth-token'] as const

/** Whether every secret that was sent, one at least, is one of those that are configured. */
export async function isSecret(sent: readonly unknown[], secrets: readonly string[]): Promise<boolean> {
  const known = await Promise.all(secrets.map((secret) => digestOf(secret)))
  const digests = await Promise.all(sent.map((one) => (typeof one === 'string' ? digestOf(one) : '')))
  // All are compared with all, so that the time tells nothing.
  const matches = digests.map((digest) => known.filter((one) => isEqual(one, digest)).length > 0)
  return matches.length > 0 && !matches.includes(false)
}

/** Compares two digests in a time that does not depend on where they differ. */
function isEqual(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return difference === 0
}
