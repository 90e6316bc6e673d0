import { createUserPool } from 'authing-guard/testing'
import { expect, test } from 'vitest'
import { environmentOf, secretsOf } from '../../../src/cli/dev/environment.js'
import { withApplications } from '../../../src/cli/explain/applications.js'

test('the settings name the console only where it is not at its usual address', async () => {
  const pool = await createUserPool()
  const usual = [`AUTHING_ISSUER=${pool.issuer}`, `AUTHING_APP_ID=${pool.appId}`]
  expect(environmentOf(pool, 'http://127.0.0.1:4567')).toEqual(usual)
  const other = 'http://127.0.0.1:5000'
  expect(environmentOf(pool, other)).toEqual([...usual, `AUTHING_GUARD_CONSOLE=${other}`])
  await pool.close()
})

test('the secrets of a pool without an access key name none', async () => {
  const pool = await createUserPool()
  const { appSecret, host } = pool
  const without = Object.create(pool, { accessKeys: { value: [] } })
  expect(secretsOf(without)).toEqual([`AUTHING_CLIENT_SECRET=${appSecret}`, `AUTHING_MANAGEMENT_HOST=${host}`])
  expect(secretsOf(pool)).toHaveLength(4)
  await pool.close()
})

test('options for legacy tokens alone have no application to change', () => {
  const options = { userPool: { id: 'pool', jwtSecret: 'x'.repeat(32) } }
  expect(withApplications(options, () => ({ appId: 'other' }))).toBe(options)
})
