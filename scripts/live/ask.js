import { objectIn, shapeOf, wordOf } from './shape.js'

// One request, and what may be said of its answer.

/**
 * @typedef {object} Answer
 * @property {number} status 0 where there was none
 * @property {string} type the media type, or why there was no answer
 * @property {Record<string, unknown> | undefined} body the JSON object in it
 * @property {string | null} challenge
 */

/** @typedef {{ readonly method?: string, readonly headers?: Record<string, string>, readonly body?: string }} Request */

/** Seconds for one request. */
const timeout = 10
const longestBody = 1_048_576

/**
 * Sends a request. Never rejects.
 *
 * @param {string} url
 * @param {Request} request
 * @returns {Promise<Answer>}
 */
export async function ask(url, request = {}) {
  try {
    const signal = AbortSignal.timeout(timeout * 1000)
    const response = await fetch(url, { ...request, redirect: 'manual', signal })
    const text = (await response.text()).slice(0, longestBody)
    const type = response.headers.get('content-type')?.split(';')[0] ?? 'no content type'
    const challenge = response.headers.get('www-authenticate')
    return { status: response.status, type, body: objectIn(text), challenge }
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return {
      status: 0,
      type: isLate ? `no answer within ${timeout} s` : 'no connection',
      body: undefined,
      challenge: null,
    }
  }
}

/**
 * @param {string} url
 * @param {Record<string, string>} fields
 * @param {Record<string, string>} headers
 */
export function postForm(url, fields, headers = {}) {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return ask(url, { method: 'POST', headers: { ...type, ...headers }, body: `${new URLSearchParams(fields)}` })
}

/**
 * @param {string} url
 * @param {object} value
 * @param {Record<string, string>} headers
 */
export function postJson(url, value, headers = {}) {
  const type = { 'content-type': 'application/json' }
  return ask(url, { method: 'POST', headers: { ...type, ...headers }, body: JSON.stringify(value) })
}

/** Members whose value is a code out of Authing's lists. */
const codes = ['statusCode', 'apiCode', 'code']

/**
 * Status, media type, error codes, names and types.
 *
 * @param {Answer} answer
 */
export function described({ status, type, body, challenge }) {
  if (status === 0) return type
  if (status === 404 && body?.['statusCode'] === undefined) return 'not answered (404)'
  const parts = [`HTTP ${status}`, /^[\w.+/-]{1,60}$/.test(type) ? type : 'another media type']
  if (body?.['error'] !== undefined) parts.push(`error ${wordOf(body['error'])}`)
  for (const name of codes) {
    const value = body?.[name]
    if (typeof value === 'number') parts.push(`${name} ${value}`)
    else if (value !== undefined) parts.push(`${name} ${wordOf(value)}`)
  }
  if (challenge !== null) parts.push(`WWW-Authenticate ${wordOf(challenge.split(' ')[0])}`)
  if (body !== undefined) parts.push(shapeOf(body))
  return parts.join(', ')
}
