import { inspect } from 'node:util'
import type { GuardError, GuardEvent } from 'authing-guard'

/** What a token must not leave in a log: each stretch of its text, and what its claims say of a person. */
export function secretsOf(token: string, ...more: readonly string[]): readonly string[] {
  const segments = token.split('.').filter((part) => part.length >= 8)
  const pieces = segments.flatMap((part) => [part.slice(0, 24), part.slice(-24)])
  return [token, ...segments, ...pieces, ...more].filter((text) => text !== '')
}

/** Everything that an error may become on its way into a log or an answer. */
export function tracesOf(error: GuardError, events: readonly GuardEvent[] = []): string {
  const own = Object.fromEntries(Reflect.ownKeys(error).map((name) => [String(name), Reflect.get(error, name)]))
  const parts = [
    error.message,
    error.stack,
    error.detail,
    JSON.stringify(error.check),
    String(error),
    JSON.stringify(error),
    JSON.stringify(events),
  ]
  const shown = inspect(error, { showHidden: true, depth: 12, getters: true })
  return [...parts, shown, inspect(own, { depth: 12 }), JSON.stringify(error.headers), inspect(error.cause)].join('\n')
}

/** The first of the secrets that a text holds, so that a failing test names it; undefined where it holds none. */
export function leakIn(text: string, secrets: readonly string[]): string | undefined {
  return secrets.find((secret) => text.includes(secret))
}
