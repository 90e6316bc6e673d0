import { choice, invalid, members, text } from './validation.js'

/** Where the pool sends webhooks, like a webhook in Authing's console (Automation > Webhooks). */
export interface WebhookOptions {
  /** An `http:` or `https:` URL. */
  readonly url: string
  /** The request secret (请求密钥), at least 16 characters. */
  readonly secret: string
  /** The format of the body. Default: `'json'`. */
  readonly format?: 'json' | 'form'
  /** The header of the secret. Authing's documents name both, and its logs show both. Default: `'both'`. */
  readonly header?: 'both' | 'x-authing-webhook-secret' | 'x-authing-token'
}

/** The option `webhook`, read. */
export type WebhookSettings = Required<WebhookOptions>

export const headerNames = ['x-authing-webhook-secret', 'x-authing-token'] as const

const required = (value: unknown, name: string, least: number): string => {
  const given = text(value, name, () => '', least)
  if (given === '') throw invalid(`${name} is missing`)
  return given
}

/** Reads the option `webhook`. Throws a TypeError on an unknown member or a bad value. */
export const readWebhook = (value: unknown): WebhookSettings | undefined => {
  if (value === undefined) return undefined
  const { url, secret, format, header } = members(value, ['url', 'secret', 'format', 'header'], 'webhook')
  const address = required(url, "a webhook's url", 1)
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
    throw invalid("a webhook's url must be an http or https URL")
  return {
    url: address,
    secret: required(secret, "a webhook's secret", 16),
    format: choice(format, ['json', 'form'], "a webhook's format"),
    header: choice(header, ['both', ...headerNames], "a webhook's header"),
  }
}
