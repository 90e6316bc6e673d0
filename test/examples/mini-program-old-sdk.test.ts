import { createUserPool } from 'authing-guard/testing'
import { expect, test } from 'vitest'
import { createApp } from '../../examples/express.js'
import { listen } from '../../examples/listen.js'
import { callApi } from '../../examples/mini-program-old-sdk.js'

test('the API admits the user that the mini program signs in', async () => {
  const pool = await createUserPool({
    users: [{ id: 'ratty' }, { id: 'mole' }],
    miniProgramCodes: { 'code of mole': 'mole' },
  })
  const api = await listen(createApp({ ...pool.guardOptions, accept: 'user_token' }))
  const call = (code: string) => callApi({ host: pool.host, userPoolId: pool.userPoolId, code, api: api.url })

  const mole = await call('code of mole')
  expect(mole.status).toBe(200)
  expect(await mole.json()).toMatchObject({ kind: 'user', userId: 'mole', userPoolId: pool.userPoolId })
  expect(await (await call('any other')).json()).toMatchObject({ userId: 'ratty' })
  expect(pool.users).toMatchObject([{ nickname: 'Ratty' }, { nickname: 'Ratty' }])
  await Promise.all([api.close(), pool.close()])
})
