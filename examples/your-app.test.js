// @ts-check
// How you test your own app: the real guard, real tokens, and a user pool in the same process. Here with Vitest.
import { createUserPool } from 'authing-guard/testing'
import { afterAll, expect, test } from 'vitest'
import { createApp } from './express.js'
import { listen } from './listen.js'

const pool = await createUserPool({ users: [{ id: 'ratty' }, { id: 'mole' }] })
const api = await listen(createApp(pool.guardOptions))
afterAll(async () => {
  await api.close()
  await pool.close()
})

const get = (/** @type {string} */ url, /** @type {string} */ token) =>
  fetch(url, { headers: { Authorization: `Bearer ${token}` } })

test('a user reads who they are', async () => {
  const response = await get(`${api.url}/me`, pool.mint({ type: 'id_token', userId: 'mole' }))
  expect(await response.json()).toMatchObject({ kind: 'user', userId: 'mole' })
})

test('books need a scope', async () => {
  expect(await get(`${api.url}/books`, pool.mint({ scope: 'openid' }))).toHaveProperty('status', 403)
  expect(await get(`${api.url}/books`, pool.mint({ scope: 'openid book:read' }))).toHaveProperty('status', 200)
})

test('an expired token is refused', async () => {
  expect(await get(`${api.url}/me`, pool.mint({ defect: 'expired' }))).toHaveProperty('status', 401)
})
