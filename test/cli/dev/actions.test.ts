import { createGuard } from 'authing-guard'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { textsIn } from '../../../src/cli/language/texts.js'
import { mintAlgorithms } from '../../../src/testing/algorithm.js'
import { defectNames } from '../../../src/testing/attack.js'
import { tokenTypes } from '../../../src/testing/claims.js'
import { faultNames } from '../../../src/testing/fault.js'
import { act, ask, asPage, type Running, running, viewOf } from './running.js'

let here: Running
beforeEach(async () => {
  here = await running(['--algorithm', 'ES256'])
})
afterEach(() => here.end())

const jwksUri = () => `${here.issuer}/.well-known/jwks.json`
const guardOf = async () => {
  const { apps } = await viewOf(here)
  return createGuard({ issuer: here.issuer, appId: apps[0].appId })
}

describe('mint', () => {
  test('issues the token that the form describes', async () => {
    const form = { type: 'id_token', expiresIn: 60, claims: { nickname: 'Ada' }, header: { kid: 'mine' } }
    const { status, done } = await act(here, 'mint', form)
    expect(status).toBe(200)
    const { exp = 0, iat = 0, nickname } = decodeJwt(done.token)
    expect([exp - iat, nickname]).toEqual([60, 'Ada'])
    expect(decodeProtectedHeader(done.token)).toMatchObject({ alg: 'ES256', kid: 'mine' })
  })

  test('issues opaque tokens too', async () => {
    const { done } = await act(here, 'mint', { type: 'opaque', scope: 'user' })
    expect(done.token).toMatch(/^[0-9a-f]{40}$/)
  })

  test.each([
    [{ type: 'nothing' }, 'type must be one of'],
    [{ color: 'red' }, "has no 'color'"],
    [{ algorithm: 'RS256' }, 'no key of application'],
    [{ type: 'opaque', defect: 'expired' }, "has no 'defect'"],
  ])('says what is wrong with %j', async (form, message) => {
    expect((await act(here, 'mint', form)).invalid).toContain(message)
  })

  test.each(['no JSON', '[]', '"text"', ''])('refuses the body %j, which is not a JSON object', async (body) => {
    const answer = await ask(here.port, '/api/mint', asPage(here), { method: 'POST', body })
    expect([answer.status, JSON.parse(answer.body).error]).toEqual([400, 'not_json'])
  })

  test('refuses a body of more than 64 KiB', async () => {
    const post = (length: number) =>
      ask(here.port, '/api/mint', asPage(here), { method: 'POST', body: JSON.stringify({ scope: 'x'.repeat(length) }) })
    expect((await post(60_000)).status).toBe(200)
    expect((await post(66_000)).status).toBe(413)
  })
})

test.each(['nothing', 'constructor', 'mint/more', ''])('the unknown action %j is answered with 404', async (name) => {
  const { status, error } = await act(here, name)
  expect([status, error]).toEqual([404, 'not_found'])
})

describe('the token for a shell', () => {
  const token = async (query: string) => ask(here.port, `/token?${query}`)

  test('takes the options of mint', async () => {
    const claims = encodeURIComponent('{"nickname":"Ada"}')
    const { body } = await token(
      `type=id_token&expiresIn=60&claims=${claims}&header=${encodeURIComponent('{"kid":"k"}')}`,
    )
    const { exp = 0, iat = 0, nickname } = decodeJwt(body)
    expect([exp - iat, nickname, decodeProtectedHeader(body).kid]).toEqual([60, 'Ada', 'k'])
    expect((await token('type=opaque')).body).toMatch(/^[0-9a-f]{40}$/)
    const [, user] = (await viewOf(here)).users
    expect(decodeJwt((await token(`userId=${user.id}`)).body).sub).toBe(user.id)
    expect(decodeJwt((await token('defect=expired')).body).exp).toBeLessThan(Date.now() / 1000)
  })

  test.each([
    ['type=nothing', "type must be one of 'access_token', 'id_token', "],
    ['type=nothing', "'management_token', 'opaque'"],
    ['expiresIn=soon', 'expiresIn must be a finite number'],
    ['claims=nothing', 'claims must be a JSON object'],
    ['toString=x', "has no 'toString'"],
    ['__proto__=x', "has no '__proto__'"],
    ['constructor=x', "has no 'constructor'"],
    ['hasOwnProperty=x', "has no 'hasOwnProperty'"],
    ['userId=nobody', "the pool has no user 'nobody'; it has '"],
    ['type=opaque&userId=nobody', "the pool has no user 'nobody'; it has '"],
    ['type=machine&accessKeyId=nobody', "the pool has no access key 'nobody'; it has '"],
  ])('says what is wrong with the query %s', async (query, message) => {
    const { status, body } = await token(query)
    expect(status).toBe(400)
    expect(body).toContain(message)
  })
})

test('a token is revoked from a shell, at the revocation endpoint of the pool', async () => {
  // The pool shows the secret of an HS256 application alone, and introspection asks for one.
  await using hs = await running(['--algorithm', 'HS256'])
  const { apps, environment } = await viewOf(hs)
  const { issuer, appId } = apps[0]
  const secret = String(environment[2]).replace('AUTHING_APP_SECRET=', '')
  const { body: token } = await ask(hs.port, '/token')
  const post = (path: string, more: Readonly<Record<string, string>> = {}) =>
    fetch(`${issuer}/token/${path}`, {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: appId, ...more }),
    })
  const isActive = async () => {
    const answer: unknown = await (await post('introspection', { client_secret: secret })).json()
    return Object(answer).active
  }
  expect(await isActive()).toBe(true)
  expect((await post('revocation')).status).toBe(200)
  expect(await isActive()).toBe(false)
})

describe('keys', () => {
  test('are rotated, and the old ones removed or kept', async () => {
    const kids = async () => (await viewOf(here)).apps[0].keys.map((key: { kid: string }) => key.kid)
    const [first] = await kids()
    await act(here, 'rotate', { keepOld: true })
    const [second, kept] = await kids()
    expect([kept, second === first]).toEqual([first, false])
    expect((await viewOf(here)).apps[0].keys).toMatchObject([{ signs: true }, { signs: false }])
    await act(here, 'rotate')
    expect(await kids()).toHaveLength(1)
    expect((await act(here, 'rotate', { keepOld: 'yes' })).invalid).toContain('keepOld must be true or false')
  })
})

describe('outages', () => {
  test('start and end, and the page shows them', async () => {
    await act(here, 'down', { fault: 'error', path: '/jwks.json' })
    expect((await fetch(jwksUri())).status).toBe(500)
    expect(await viewOf(here)).toMatchObject({ outage: { fault: 'error', path: '/jwks.json' } })
    await act(here, 'up')
    expect((await fetch(jwksUri())).status).toBe(200)
    expect(await viewOf(here)).toMatchObject({ outage: null })
  })

  test('with an unknown fault change nothing', async () => {
    const { status, invalid } = await act(here, 'down', { fault: 'sleepy' })
    expect([status, invalid]).toEqual([200, expect.stringContaining('fault must be one of')])
    expect(await viewOf(here)).toMatchObject({ outage: null })
  })

  test('can be slow answers, within bounds', async () => {
    expect((await act(here, 'slow', { seconds: 0.01 })).status).toBe(200)
    expect((await fetch(jwksUri())).status).toBe(200)
    expect(await viewOf(here)).toMatchObject({ delay: 0.01 })
    expect((await act(here, 'slow', { seconds: 'long' })).invalid).toContain('slowDown takes seconds')
    expect((await act(here, 'slow', { seconds: -1 })).invalid).toContain('slowDown takes seconds')
    expect(await viewOf(here)).toMatchObject({ delay: 0.01 })
  })
})

test('revoking a token counts it, and an empty token is refused', async () => {
  const { done } = await act(here, 'mint')
  expect((await act(here, 'revoke', { token: done.token })).status).toBe(200)
  expect((await act(here, 'revoke', { token: '' })).invalid).toContain('token must be a string')
  expect(await viewOf(here)).toMatchObject({ revoked: 1 })
})

describe('users, roles and grants', () => {
  test('let users be added, given roles, and removed', async () => {
    const { done: user } = await act(here, 'add-user', { nickname: 'Ada', roles: ['admin'] })
    await act(here, 'set-roles', { userId: user.id, roles: ['boss', { code: 'chief', namespace: 'shop' }] })
    const found = (await viewOf(here)).users.find(({ id }: { id: string }) => id === user.id)
    expect(found).toMatchObject({ nickname: 'Ada', roles: [{ code: 'boss' }, { code: 'chief', namespace: 'shop' }] })
    expect((await act(here, 'kick-user', { userId: user.id })).done).toEqual({})
    await act(here, 'block-user', { userId: user.id })
    const blocked = (await viewOf(here)).users.find(({ id }: { id: string }) => id === user.id)
    expect(blocked).toMatchObject({ status: 'Suspended' })
    for (const action of ['kick-user', 'block-user']) {
      expect((await act(here, action, { userId: 'nobody' })).invalid).toContain('there is no user')
    }
    await act(here, 'remove-user', { userId: user.id })
    expect((await act(here, 'remove-user', { userId: user.id })).invalid).toContain('there is no user')
    expect((await act(here, 'remove-user', {})).invalid).toContain('userId must be')
    expect((await act(here, 'set-roles', { userId: 'u', roles: 'admin' })).invalid).toContain('roles must be an array')
    expect((await act(here, 'add-user', { nick: 'x' })).invalid).toContain("has no 'nick'")
  })

  test('let grants be added, and removed as the state lists them', async () => {
    const before = (await viewOf(here)).grants.length
    await act(here, 'grant', { userId: 'u', resource: 'book:1', action: 'book:read', model: 'data' })
    const { grants } = await viewOf(here)
    expect(grants).toHaveLength(before + 1)
    await act(here, 'remove-grant', grants.at(-1))
    expect((await viewOf(here)).grants).toHaveLength(before)
    for (const grant of grants.slice(0, -1)) expect((await act(here, 'remove-grant', grant)).invalid).toBeUndefined()
    expect((await viewOf(here)).grants).toEqual([])
    expect((await act(here, 'grant', { resource: 'x', action: 'y' })).invalid).toContain('for a userId or for a role')
  })
})

describe('requests', () => {
  test('are shown with a masked Authorization header, and can be cleared', async () => {
    const secret = 'Bearer not-for-anybody'
    await fetch(`${here.issuer}/me?access_token=hidden`, { headers: { authorization: secret } })
    const view = await viewOf(here)
    expect(view.requests).toMatchObject([
      { number: 1, method: 'GET', path: '/oidc/me', status: 401, authorization: 'Bearer ****' },
    ])
    expect(JSON.stringify(view)).not.toMatch(/not-for-anybody|hidden/)
    await act(here, 'clear-requests')
    expect((await viewOf(here)).requests).toEqual([])
  })

  test('answer a page that waits for a change, and so do actions', async () => {
    const { version } = await viewOf(here)
    const woken = viewOf(here, version)
    await fetch(jwksUri())
    const { version: next, requests } = await woken
    expect(next).toBeGreaterThan(version)
    expect(requests).toHaveLength(1)
    const { version: latest } = await viewOf(here)
    const again = viewOf(here, latest)
    await act(here, 'down', { fault: 'hang' })
    expect(await again).toMatchObject({ outage: { fault: 'hang' } })
  })

  test('are shown up to the last hundred', async () => {
    for (let count = 0; count < 105; count += 1) await fetch(jwksUri())
    const { requests } = await viewOf(here)
    expect([requests.length, requests[0].number]).toEqual([100, 6])
  })
})

describe('explain', () => {
  const explained = async (given: object) => (await act(here, 'explain', { language: 'en', ...given })).done

  test('has the verdict of the guard', async () => {
    const guard = await guardOf()
    for (const wrong of [undefined, 'expired', 'other_issuer', 'bad_signature'] as const) {
      const { done } = await act(here, 'mint', { defect: wrong })
      const verdict = await guard.verifyToken(done.token).then(
        () => undefined,
        ({ reason }) => reason,
      )
      const { accepted, reason } = await explained({ token: done.token })
      expect([accepted, reason], String(wrong)).toEqual([verdict === undefined, verdict])
    }
  })

  test('reads a token as a client sends it, and a header unchanged', async () => {
    const { token } = (await act(here, 'mint')).done
    const headerOf = async (text: string) =>
      (await explained({ token: text })).checks.find(({ name }: { name: string }) => name === 'header')
    expect(await headerOf(token)).toMatchObject({ state: 'passed' })
    expect(await headerOf(`Basic ${token}`)).toMatchObject({ state: 'failed' })
  })

  test('admits access keys and legacy tokens on request', async () => {
    const minted = async (type: string) => (await act(here, 'mint', { type })).done.token
    const [machine, delegate, legacy] = await Promise.all(['machine', 'delegate', 'legacy_user_token'].map(minted))
    for (const [token, option] of [
      [machine, 'machines'],
      [delegate, 'machines'],
      [legacy, 'legacy'],
    ]) {
      expect(await explained({ token }), option).toMatchObject({ accepted: false })
      expect(await explained({ token, [String(option)]: true }), option).toMatchObject({ accepted: true })
    }
  })

  test('masks personal claims unless the request says reveal', async () => {
    const { token } = (await act(here, 'mint', { type: 'id_token' })).done
    expect(JSON.stringify(await explained({ token }))).not.toContain('mick@example.com')
    expect(JSON.stringify(await explained({ token, reveal: true }))).toContain('mick@example.com')
  })

  test('answers in the language of the request', async () => {
    const { token } = (await act(here, 'mint', { defect: 'expired' })).done
    expect((await explained({ token })).cause).toMatch(/^[\x20-\x7e]+$/)
    expect((await explained({ token, language: 'zh' })).cause).toMatch(/\p{Script=Han}/u)
  })

  test('refuses a token that is not a string', async () => {
    expect((await act(here, 'explain', { token: 5 })).invalid).toContain('token must be a string')
  })
})

test('the page has a text for each token type, defect and fault of the pool', async () => {
  const names = [
    ...[...tokenTypes, 'opaque'].flatMap((name) => [`kind.${name}`, `kindHint.${name}`]),
    ...defectNames.map((name) => `defect.${name}`),
    ...faultNames.map((name) => `fault.${name}`),
  ]
  expect(names.filter((name) => !Object.hasOwn(textsIn('en').console, name))).toEqual([])
  expect((await viewOf(here)).algorithms).toEqual(mintAlgorithms)
})

test('the state of the page holds no private key and no secret that the guard does not need', async () => {
  const text = JSON.stringify(await viewOf(here))
  expect(text).not.toMatch(/"d":|appSecret|jwtSecret|userPoolSecret|accessKeySecret/)
})
