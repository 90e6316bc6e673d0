import { isObject, type Json, type JsonObject, own, parseObject } from '../common/claims.js'

/** What an event of Authing asks for. */
export type WebhookTask =
  /** Revoke the tokens of these users; undefined as `appId`: those of all applications. */
  | { readonly kind: 'revoke'; readonly userIds: readonly string[]; readonly appId: string | undefined }
  /** Drop all cached decisions: a role, a permission, a group or an organization has changed. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'ignore' }

/** Users that one event may name. Each costs the store several calls. */
export const maxUsers = 1000

/** After these a user's tokens must not pass any longer. */
const revoking: ReadonlySet<string> = new Set([
  'kick',
  'user:blocked',
  'user:archived',
  'user:deleted',
  'user:password-changed',
])

// `role:assigned` names groups and departments too, so it is not known which users' decisions have changed.
const changesGrants = /^(?:role|permission|group|organization):/

/** Longest ID of a user, an application or a pool. Authing's have 24 characters. */
const maxIdLength = 256

/**
 * The name of an event, from the body of a webhook: letters, digits and a few marks, so that it can be logged. Undefined
 * where there is none.
 */
export function eventNameOf(body: JsonObject): string | undefined {
  const name = own(body, 'eventName')
  return typeof name === 'string' && /^[\w:.-]{1,64}$/.test(name) ? name : undefined
}

/** The data of an event. In a form it may be JSON text. */
export function dataOf(body: JsonObject): Json | undefined {
  const data = own(body, 'data')
  return typeof data === 'string' ? (parseObject(data) ?? data) : data
}

/**
 * What an event asks for; a text where its data does not fit, which says what is wrong with it.
 *
 * Shapes: Authing docs, guides/webhook. `data.users` is a list of users, or of IDs with a custom database; `data.user`
 * is one user; `user:password-changed` has the user as `data`, or `data.userId`; `kick` has `data.application` where the
 * user was signed out of that application alone. What other shapes Authing sends is not known.
 */
export function taskOf(eventName: string, data: Json | undefined, userPoolId: string): WebhookTask | string {
  if (isObject(data) && isOfAnotherPool(data, userPoolId)) return 'data.userPoolId is that of another user pool'
  if (changesGrants.test(eventName)) return { kind: 'forget' }
  if (!revoking.has(eventName)) return { kind: 'ignore' }
  if (!isObject(data)) return 'data is not an object'
  const users = usersOf(data)
  if (users.length > maxUsers) return `data.users has more than ${maxUsers} users`
  if (users.some((user) => isObject(user) && isOfAnotherPool(user, userPoolId))) {
    return "a user's userPoolId is that of another user pool"
  }
  const userIds = users.map((user) => idIn(user, 'userId', 'id', '_id'))
  if (!userIds.every((id) => id !== undefined)) return 'a user has no ID'
  const application = own(data, 'application') ?? undefined
  const appId = application === undefined ? undefined : idIn(application, 'appId', 'id', '_id')
  if (application !== undefined && appId === undefined) return 'data.application has no ID'
  return { kind: 'revoke', userIds: [...new Set(userIds)], appId }
}

function usersOf(data: JsonObject): readonly Json[] {
  const users = own(data, 'users')
  return Array.isArray(users) ? users : [own(data, 'user') ?? data]
}

/** The ID that a value is, or has under the first of these names. */
function idIn(value: Json, ...names: readonly string[]): string | undefined {
  const id = isObject(value)
    ? names.map((name) => own(value, name) ?? undefined).find((one) => one !== undefined)
    : value
  return typeof id === 'string' && id.trim() !== '' && id.length <= maxIdLength ? id : undefined
}

function isOfAnotherPool(value: JsonObject, userPoolId: string): boolean {
  const pool = own(value, 'userPoolId') ?? userPoolId
  return pool !== userPoolId
}
