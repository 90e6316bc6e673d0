import { isObject, type Json, type JsonObject, own } from '../common/claims.js'

/** What Authing's v3 APIs answer, whatever the HTTP status, which is 200 (docs-v3: error-code). */
export interface Reply {
  /** 200 and nothing else is success. */
  readonly statusCode: number | undefined
  /** Authing's finer code; in a success too. */
  readonly apiCode: number | undefined
  readonly data: JsonObject | undefined
}

/** Reads the envelope. Its `message` is left out: nobody knows what of the request it repeats. */
export function replyOf(document: Json): Reply {
  if (!isObject(document)) return { statusCode: undefined, apiCode: undefined, data: undefined }
  const data = own(document, 'data')
  return {
    statusCode: numberOf(own(document, 'statusCode')),
    apiCode: numberOf(own(document, 'apiCode')),
    data: isObject(data) ? data : undefined,
  }
}

/** Authing's codes (docs: error-code) for: not signed in, the sign-in has expired, the sign-in is wrong. */
const tokenCodes: readonly (number | undefined)[] = [2020, 2206, 2207]

/** Whether Authing refused the token that came with a question: another one may do. */
export function refusesToken({ statusCode, apiCode }: Reply): boolean {
  return statusCode === 401 || (statusCode !== 200 && tokenCodes.includes(apiCode))
}

/** What went wrong, in Authing's numbers. */
export function described({ statusCode, apiCode, data }: Reply): string {
  if (statusCode === 200 && data === undefined) return 'statusCode 200 without data'
  const code = statusCode === undefined ? 'no statusCode' : `statusCode ${statusCode}`
  return apiCode === undefined ? code : `${code}, apiCode ${apiCode}`
}

// v2 writes some of its codes as strings; a number it is all the same.
function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
