import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuthingWebhook } from 'authing-guard/webhooks'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { token, verdictOf } from '../store/fleet.js'
import { serving } from '../support/http.js'
import { appId } from '../support/world.js'
import { jsonHeaders, pair, privateTexts, user, userId, userPoolId, webhookSecret } from './world.js'

// Requests that must do nothing, in each way in which a host hands a webhook over. Real HTTP for all.

const kick = { eventName: 'kick', data: { users: [user()] } }
const kickText = JSON.stringify(kick)
const formType = 'application/x-www-form-urlencoded'
const form = (text: string) => ({ text, headers: { 'content-type': formType } })
const json = (value: unknown) => ({ text: JSON.stringify(value), headers: {} })
const headers = (more: Record<string, string | undefined>) => ({ text: kickText, headers: more })
const noSecret = { 'x-authing-webhook-secret': undefined }
const kickOf = (users: unknown, more: object = {}) => json({ eventName: 'kick', data: { users, ...more } })
/** A kick that is in order, but for a member that nests. */
const kickAnd = (levels: number) => `${kickText.slice(0, -1)},"more":${'['.repeat(levels)}${']'.repeat(levels)}}`
const nested = (levels: number) => `{"eventName":"kick","data":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`

type Pair = [string, string]
interface Row {
  readonly text: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** What it is, the request, and the status that each host answers with. */
const refused: readonly (readonly [string, Row, number])[] = [
  ['no secret', headers(noSecret), 401],
  ['an empty secret', headers({ 'x-authing-webhook-secret': '' }), 401],
  ['another secret', headers({ 'x-authing-webhook-secret': 'b webhook secret of 33 characters' }), 401],
  ['the beginning of the secret', headers({ 'x-authing-webhook-secret': webhookSecret.slice(0, -1) }), 401],
  ['the end of the secret', headers({ 'x-authing-webhook-secret': webhookSecret.slice(1) }), 401],
  ['the secret and one character more', headers({ 'x-authing-webhook-secret': `${webhookSecret}x` }), 401],
  ['the secret in other letters', headers({ 'x-authing-webhook-secret': webhookSecret.toUpperCase() }), 401],
  ['the secret in quotes', headers({ 'x-authing-webhook-secret': `"${webhookSecret}"` }), 401],
  ['a Bearer secret', headers({ 'x-authing-webhook-secret': `Bearer ${webhookSecret}` }), 401],
  ['the secret in Authorization', headers({ ...noSecret, authorization: webhookSecret }), 401],
  ['the secret in another header', headers({ ...noSecret, 'x-webhook-secret': webhookSecret }), 401],
  ['two headers of which one is wrong', headers({ 'x-authing-token': 'wrong' }), 401],
  ['three headers of which one is empty', headers({ 'x-authing-token': webhookSecret, 'x-genauth-token': '' }), 401],
  [
    'the secret twice in one header',
    headers({ 'x-authing-webhook-secret': `${webhookSecret}, ${webhookSecret}` }),
    401,
  ],
  ['another user pool', headers({ 'x-authing-userpool-id': 'f'.repeat(24) }), 400],
  ['an empty user pool', headers({ 'x-authing-userpool-id': '' }), 400],
  ['no Content-Type', headers({ 'content-type': undefined }), 415],
  ['text/plain', headers({ 'content-type': 'text/plain' }), 415],
  ['multipart/form-data', headers({ 'content-type': 'multipart/form-data; boundary=x' }), 415],
  ['a Content-Type that only begins like JSON', headers({ 'content-type': 'application/json-patch+json' }), 415],
  ['no body', { text: '', headers: {} }, 400],
  ['broken JSON', { text: kickText.slice(0, -1), headers: {} }, 400],
  ['JSON with a trailing comma', { text: kickText.replace('}]', '},]'), headers: {} }, 400],
  ['a JSON list', json([kick]), 400],
  ['a JSON text', json('kick'), 400],
  ['a JSON number', json(1), 400],
  ['null', json(null), 400],
  ['an empty object', json({}), 400],
  ['no eventName', json({ data: kick.data }), 400],
  ['the test event of old documents, which has no name', json({ description: 'A test from Authing Webhook' }), 400],
  ['eventName as a number', json({ ...kick, eventName: 1 }), 400],
  ['eventName as a list', json({ ...kick, eventName: ['kick'] }), 400],
  ['eventName null', json({ ...kick, eventName: null }), 400],
  ['an eventName with a line break', json({ ...kick, eventName: 'kick\nkick' }), 400],
  ['an eventName of 10,000 characters', json({ ...kick, eventName: 'k'.repeat(10_000) }), 400],
  ['a kick without data', json({ eventName: 'kick' }), 400],
  ['a kick with data null', json({ eventName: 'kick', data: null }), 400],
  ['a kick with a list as data', json({ eventName: 'kick', data: [user()] }), 400],
  ['a kick with a text as data', json({ eventName: 'kick', data: userId }), 400],
  ['a kick with no user', json({ eventName: 'kick', data: {} }), 400],
  ['a user that is null', kickOf([null]), 400],
  ['a user that is a number', kickOf([1]), 400],
  ['a user that is a list', kickOf([[userId]]), 400],
  ['a user with a number as ID', kickOf([user(1)]), 400],
  ['a user with an object as ID', kickOf([user({ $ne: null })]), 400],
  ['a user with a list as ID', kickOf([user([userId])]), 400],
  ['a user with an empty ID', kickOf([user('')]), 400],
  ['a user with a blank ID', kickOf([user('  ')]), 400],
  ['a user with an ID of 10,000 characters', kickOf([user('a'.repeat(10_000))]), 400],
  ['one bad user among good ones', kickOf([user(), user(null)]), 400],
  ['a user of another pool', kickOf([user(userId, { userPoolId: 'f'.repeat(24) })]), 400],
  ['a user whose pool is a number', kickOf([user(userId, { userPoolId: 1 })]), 400],
  ['data of another pool', kickOf([user()], { userPoolId: 'f'.repeat(24) }), 400],
  ['an application with a number as ID', kickOf([user()], { application: { id: 1 } }), 400],
  ['an application without an ID', kickOf([user()], { application: {} }), 400],
  ['an application that is a list', kickOf([user()], { application: [appId] }), 400],
  ['10,000 users', kickOf(Array.from({ length: 10_000 }, (_, at) => `user-${at}`)), 400],
  [
    'an own member __proto__ with a user',
    { text: `{"eventName":"kick","data":{"__proto__":{"id":"${userId}"}}}`, headers: {} },
    400,
  ],
  ['a user ID under constructor', json({ eventName: 'kick', data: { constructor: { id: userId } } }), 400],
  ['500 levels', { text: nested(500), headers: {} }, 400],
  ['50,000 levels', { text: nested(50_000), headers: {} }, 400],
  ['a kick that is in order, with 50,000 levels beside its data', { text: kickAnd(50_000), headers: {} }, 400],
  ['an empty form', form(''), 400],
  ['a form with a text and with members under one name', form(`eventName=kick&data=a&data[id]=${userId}`), 400],
  ['JSON that says that it is a form', form(kickText), 400],
  ['a form with two names', form(`eventName=login&eventName=kick&data[id]=${userId}`), 400],
  ['a form with __proto__', form(`__proto__[eventName]=kick&__proto__[data][id]=${userId}`), 400],
  ['a form with a user ID in a list', form('eventName=kick&data[users][0][id][0]=a'), 400],
  ['a form with broken JSON as data', form(`eventName=kick&data={"id":`), 400],
  ['a form with a bad percent sign', form(`eventName=%zz&data[id]=${userId}`), 400],
]

const node = (webhook: AuthingWebhook) => (request: IncomingMessage, response: ServerResponse) =>
  void webhook(request, response)
const parsed = (webhook: AuthingWebhook) => {
  const app = express()
  app.set('env', 'test')
  app.use(express.json({ limit: '1mb' }), express.urlencoded({ limit: '1mb', extended: true }))
  return app.post('/', webhook)
}
const bare = (webhook: AuthingWebhook) => express().post('/', webhook)
/** Node's server with the web's request, as Next.js, Hono and others make it. */
const web = (webhook: AuthingWebhook) => async (request: IncomingMessage, response: ServerResponse) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const pairs = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)])
  const answer = await webhook(
    new Request('http://localhost/', {
      method: 'POST',
      headers: pairs.filter(([name]) => name !== 'host' && name !== 'connection'),
      body: Buffer.concat(chunks),
    }),
  )
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
}

describe.each([
  ['on node:http', node, true],
  ['on Express without a body parser', bare, true],
  ['on Express behind express.json()', parsed, false],
  ['as a web Request', web, true],
] as const)('%s a webhook', (_, hostOf, isOwnParser) => {
  let current: AuthingWebhook
  const forward = (...given: Parameters<AuthingWebhook>) => Reflect.apply(current, undefined, given)
  const server = serving(hostOf(forward as AuthingWebhook))
  const send = async (headers: Row['headers'], body: string) => {
    const all = Object.entries({ ...jsonHeaders, ...headers }).filter((entry): entry is Pair => entry[1] !== undefined)
    const response = await fetch(server.origin, { method: 'POST', headers: all, body: new TextEncoder().encode(body) })
    return { status: response.status, cache: response.headers.get('cache-control'), text: await response.text() }
  }

  test.each(refused)('refuses %s, and does nothing', async (__, { text, headers }, status) => {
    const { first, client, events, webhook, received } = pair()
    current = webhook
    const calls = client.calls.length
    const answer = await send(headers, text)
    // A parser in front answers by itself where it cannot parse.
    if (isOwnParser) {
      expect([answer.status, answer.cache]).toEqual([status, 'no-store'])
      expect(received()).toMatchObject([{ result: 'refused', status, users: 0 }])
    } else {
      expect([status, 400]).toContain(answer.status)
    }
    expect(client.calls).toHaveLength(calls)
    expect(await verdictOf(first, token())).toBe('in')
    for (const text of privateTexts) expect(`${answer.text} ${JSON.stringify(events)}`).not.toContain(text)
  })

  test.each([
    ['x-authing-webhook-secret', 'application/json; charset=utf-8', kickText],
    ['x-authing-token', 'application/json', kickText],
    ['x-genauth-token', 'Application/JSON', kickText],
    [
      'x-authing-webhook-secret',
      formType,
      new URLSearchParams({ eventName: 'kick', data: JSON.stringify(kick.data) }).toString(),
    ],
    [
      'x-authing-token',
      formType,
      `eventName=kick&data[users][0][id]=${userId}&data[users][0][userPoolId]=${userPoolId}`,
    ],
  ])('does what is due with the secret in %s and a body of %s', async (header, type, body) => {
    const { first, webhook } = pair()
    current = webhook
    const headers = { 'x-authing-webhook-secret': undefined, [header]: webhookSecret, 'content-type': type }
    expect(await send(headers, body)).toMatchObject({ status: 200, text: '{"result":"revoked"}' })
    expect(await verdictOf(first, token())).toBe('revoked_token')
  })
})
