// @ts-check
// How you test your own app: the real guard, real tokens, and a user pool in the same process. Here with Vitest.
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/express'
import { createUserPool } from 'authing-guard/testing'
import express from 'express'
import { afterAll, expect, test } from 'vitest'

// Your app is a file of its own: it is made from the guard's options, so that a test can pass those of the pool.
const createApp = (/** @type {import('authing-guard/express').GuardOptions} */ options) => {
  const guard = authingGuard(options)
  return express()
    .use(guard)
    .get('/me', (req, res) => void res.json(identityOf(req)))
    .get('/books', guard.require({ scope: 'book:read' }), (_req, res) => void res.json(['The Wind in the Willows']))
    .use(authingErrorHandler)
}

const pool = await createUserPool({ users: [{ id: 'ratty' }, { id: 'mole' }] })
const server = createApp(pool.guardOptions).listen(0)
afterAll(async () => {
  server.close()
  await pool.close()
})

const get = (/** @type {string} */ path, /** @type {string} */ token) =>
  fetch(`http://127.0.0.1:${Object(server.address()).port}${path}`, { headers: { Authorization: `Bearer ${token}` } })

test('a user reads who they are', async () => {
  const response = await get('/me', pool.mint({ type: 'id_token', userId: 'mole' }))
  expect(await response.json()).toMatchObject({ kind: 'user', userId: 'mole' })
})
test('books need a scope', async () => {
  expect(await get('/books', pool.mint({ scope: 'openid' }))).toHaveProperty('status', 403)
  expect(await get('/books', pool.mint({ scope: 'openid book:read' }))).toHaveProperty('status', 200)
})
test('an expired token is refused', async () => {
  expect(await get('/me', pool.mint({ defect: 'expired' }))).toHaveProperty('status', 401)
})
