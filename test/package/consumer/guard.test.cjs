// Under Jest, which resolves `require` and knows no `require` of ES modules.
const { createGuard, GuardError } = require('authing-guard')
const express = require('authing-guard/express')
const { withIdentity } = require('authing-guard/serverless')
const { createUserPool } = require('authing-guard/testing')
const subpaths = require('./subpaths.json')

let pool
beforeAll(async () => {
  pool = await createUserPool({ users: [{ id: 'ratty' }] })
})
afterAll(() => pool.close())

test('a guard knows who calls, and refuses who does not', async () => {
  const guard = createGuard(pool.guardOptions)
  await expect(guard.verifyToken(pool.mint())).resolves.toMatchObject({ kind: 'user', userId: 'ratty' })
  await expect(guard.verifyToken(pool.mint({ defect: 'other_key' }))).rejects.toBeInstanceOf(express.GuardError)
  expect(express.GuardError).toBe(GuardError)
})

test('every entry loads, and all share one GuardError', () => {
  const modules = subpaths.map((subpath) => require(`authing-guard${subpath}`))
  expect(new Set(modules.flatMap((one) => one.GuardError ?? []))).toEqual(new Set([GuardError]))
  // The types of req.identity alone: it has no code.
  const empty = subpaths.filter((_, at) => Object.keys(modules[at]).length === 0)
  expect(empty).toEqual(['/express/global', '/testing/report'])
})

test('an event may come as bytes', async () => {
  const handler = withIdentity(createGuard(pool.guardOptions), (_event, identity) => identity.userId)
  const event = Buffer.from(JSON.stringify({ headers: { authorization: `Bearer ${pool.mint()}` } }))
  await expect(handler(event)).resolves.toBe('ratty')
})

test('a rule may take its time', async () => {
  const guard = createGuard(pool.guardOptions).require({ when: async () => false })
  await expect(guard.verifyToken(pool.mint())).rejects.toMatchObject({ status: 403 })
})
