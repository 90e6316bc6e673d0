import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { act, viewOf } from '../cli/dev/running.js'
import { quietPort } from '../support/ports.js'
import { asOpened, type Language, languages, launch, leftOut, type Opened, open, windowIn } from './browser.js'
import { type Hand, hands } from './hand.js'
import { otherThan, soon } from './soon.js'

// Pages are slow on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

// Each button of the console page works: with the mouse and with the keyboard, in both languages.

const ways = (Object.keys(languages) as Language[]).flatMap((language) =>
  (['mouse', 'keyboard'] as const).map((hand) => ({ language, hand })),
)

// They run at the same time, each with its own browser, and so with its own clipboard.
const everyWay = describe.skipIf(leftOut !== '').concurrent.each(ways)

everyWay(`the page by $hand in $language${leftOut}`, ({ language, hand: name }) => {
  let browser: Browser
  let opened: Opened
  let hand: Hand

  beforeAll(async () => {
    browser = await launch()
    opened = await open(await windowIn(browser), language)
    hand = hands[name](opened.page)
  })
  beforeEach(async () => {
    await asOpened(opened)
  })
  afterEach(() => {
    expect(opened.complaints).toEqual([])
  })
  afterAll(async () => {
    await opened.close()
    await browser.close()
  })

  const news = (text: string) => opened.page.locator('#notice').getByText(text, { exact: true }).waitFor()
  const clipboard = () => opened.page.evaluate(() => navigator.clipboard.readText())
  const token = async () => String(await opened.page.locator('#token').textContent())
  /** Issues a token and waits for it: an earlier one is visible until then. */
  const mint = async () => {
    const before = await token()
    await hand.press(opened.button('mint.act'))
    return otherThan(token, before)
  }

  test.sequential('copies the environment for an API, and the line for a shell', async () => {
    const { here, page, say } = opened
    await hand.press(page.locator('[data-copy="environment"]'))
    await news(say('copied', { what: say('connect.environment') }))
    expect(await clipboard()).toBe(
      `AUTHING_ISSUER=${here.issuer}\nAUTHING_APP_ID=5f17a529f64fb009b794a2ff\nAUTHING_GUARD_CONSOLE=${here.url}`,
    )
    await hand.press(page.locator('[data-copy="shell"]'))
    await news(say('copied', { what: say('connect.shell') }))
    expect(await clipboard()).toBe(`TOKEN=$(curl -s ${here.url}/token)`)
  })

  test.sequential('issues the token that the form describes', async () => {
    const { field, page, say } = opened
    await hand.choose(field('mint.type'), 'delegate')
    await hand.choose(field('mint.user'), '5f9976a7389b6dccb23a4c55')
    await hand.write(field('mint.scope'), 'book:read book:write')
    await hand.write(field('mint.amount'), '5')
    await hand.choose(field('mint.unit'), '60')
    await hand.press(page.getByText(say('mint.more'), { exact: true }))
    await hand.write(field('mint.claims'), '{"color":"red"}')
    await hand.write(field('mint.header'), '{"typ":"at+jwt"}')
    const minted = await mint()
    await news(say('mint.done', { kind: say('kind.delegate') }))
    const { exp = 0, iat = 0, ...claims } = decodeJwt(minted)
    expect(claims).toMatchObject({ sub: '5f9976a7389b6dccb23a4c55', scope: 'book:read book:write', color: 'red' })
    expect(claims.aud).toBe('60d5ec49f1a2b3c4d5e6f708')
    expect(exp - iat).toBe(300)
    expect(decodeProtectedHeader(minted)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
  })

  test.sequential('issues a token with a defect and an algorithm of an attacker', async () => {
    const { field } = opened
    await hand.choose(field('mint.algorithm'), 'RS256')
    await hand.choose(field('mint.defect'), 'other_key')
    expect(decodeProtectedHeader(await mint()).alg).toBe('RS256')
  })

  test.sequential('shows beside the form why a token cannot be issued', async () => {
    const { field, page, say } = opened
    const fault = page.locator('#mint-fault')
    await hand.choose(field('mint.algorithm'), 'RS256')
    await hand.press(opened.button('mint.act'))
    await fault.getByText('no key of application').waitFor()
    await hand.press(page.getByText(say('mint.more'), { exact: true }))
    await hand.write(field('mint.claims'), '{')
    await hand.press(opened.button('mint.act'))
    await fault.getByText(say('error.json', { field: say('mint.claims') })).waitFor()
    await field('mint.claims').fill('')
    await field('mint.algorithm').selectOption('')
    await mint()
    expect(await page.locator('#minted').isVisible()).toBe(true)
    await hand.write(field('mint.claims'), '{')
    await hand.press(opened.button('mint.act'))
    await page.locator('#minted').waitFor({ state: 'hidden' })
    expect(await token()).toBe('')
  })

  test.sequential('copies the token, and a curl command for an API', async () => {
    const { button, field, page, say } = opened
    const minted = await mint()
    await hand.press(page.locator('[data-copy="token"]'))
    await news(say('copied', { what: say('mint.result') }))
    expect(await clipboard()).toBe(minted)
    await hand.write(field('mint.url'), "http://localhost:8080/it's")
    await hand.press(button('mint.curl'))
    await news(say('copied', { what: say('mint.curlCommand') }))
    expect(await clipboard()).toBe(`curl -i -H 'Authorization: Bearer ${minted}' 'http://localhost:8080/it'\\''s'`)
  })

  test.sequential('sends the token to the API, and shows the status, the headers and the body', async () => {
    const { button, field, here, page, part, say } = opened
    await mint()
    await hand.write(field('mint.url'), `${here.issuer}/me`)
    await hand.press(button('mint.send'))
    const reply = part('mint.reply')
    await reply.getByText('200 OK').waitFor()
    expect(await reply.textContent()).toContain('content-type: application/json')
    expect(await reply.textContent()).toContain('"nickname": "Mick"')
    for (const [url, problem] of [
      ['http://example.com/', 'call.not_local'],
      [`http://127.0.0.1:${await quietPort()}/`, 'call.no_answer'],
    ] as const) {
      await hand.write(field('mint.url'), url)
      await hand.press(button('mint.send'))
      await page.locator('#send-fault').getByText(say(problem), { exact: true }).waitFor()
      expect(await reply.isVisible()).toBe(false)
    }
  })

  test.sequential('copies the secrets of the pool, with which its endpoints answer', async () => {
    const { here, page, say } = opened
    await hand.press(page.locator('[data-copy="secrets"]'))
    await news(say('copied', { what: say('connect.secrets') }))
    const secrets = Object.fromEntries((await clipboard()).split('\n').map((line) => line.split(/=(.*)/)))
    const answer = await fetch(`${here.issuer}/token/introspection`, {
      method: 'POST',
      body: new URLSearchParams({
        token: 'x',
        client_id: '5f17a529f64fb009b794a2ff',
        client_secret: secrets['AUTHING_CLIENT_SECRET'],
      }),
    })
    expect([answer.status, await answer.json()]).toEqual([200, { active: false }])
    expect(here.text).toContain(`  AUTHING_ACCESS_KEY_SECRET=${secrets['AUTHING_ACCESS_KEY_SECRET']}\n`)
  })

  test.sequential('explains the issued token check by check, and moves the focus there', async () => {
    const { button, part, page, say } = opened
    await mint()
    await hand.press(button('mint.inspect'))
    const result = part('inspect.result')
    await result.locator('.verdict').getByText(say('accepted')).waitFor()
    await soon(() => result.evaluate((node) => node === document.activeElement), true)
    expect(await result.locator('.checks li[data-state="passed"]').count()).toBeGreaterThan(8)
    expect(await result.locator('.checks li:not([data-state="passed"])').count()).toBe(0)
    expect(await page.locator('#inspect-token').inputValue()).toBe(await token())
  })

  test.sequential('explains a pasted token: why it is refused, and the fix', async () => {
    const { button, field, part, page, say } = opened
    await hand.press(button('inspect.act'))
    await page.locator('#inspect-fault').getByText(say('error.token')).waitFor()
    await hand.choose(field('mint.defect'), 'expired')
    const minted = await mint()
    await hand.write(field('inspect.token'), minted)
    await hand.press(button('inspect.act'))
    const result = part('inspect.result')
    await result.getByText(`${say('refused')} (expired_token)`, { exact: true }).waitFor()
    const failed = result.locator('.checks li[data-state="failed"]')
    expect(await failed.count()).toBe(1)
    expect(await failed.textContent()).toContain(say('failed'))
    for (const phrase of ['why', 'fix', 'inspect.header', 'inspect.claims'] as const) {
      expect(await result.getByText(say(phrase), { exact: true }).count(), phrase).toBe(1)
    }
  })

  test.sequential('admits access keys and shows personal claims if the checkboxes are ticked', async () => {
    const { button, field, part, say } = opened
    await hand.choose(field('mint.type'), 'machine')
    const machine = await mint()
    await hand.tick(field('inspect.machines'))
    await hand.write(field('inspect.token'), machine)
    await hand.press(button('inspect.act'))
    await part('inspect.result').locator('.verdict').getByText(say('accepted')).waitFor()
    await hand.choose(field('mint.type'), 'legacy_user_token')
    const legacy = await mint()
    await hand.write(field('inspect.token'), legacy)
    await hand.tick(field('inspect.legacy'))
    await hand.tick(field('inspect.reveal'))
    await hand.press(button('inspect.act'))
    await part('inspect.result').getByText('mick@example.com').waitFor()
  })

  test.sequential('revokes the issued token, and a pasted one', async () => {
    const { button, field, here, page, say } = opened
    const minted = await mint()
    await hand.press(page.locator('#revoke-minted'))
    await news(say('revoked'))
    expect(await viewOf(here)).toMatchObject({ revoked: 1 })
    await hand.write(field('inspect.token'), `${minted}x`)
    await hand.press(page.locator('#revoke-inspected'))
    await soon(async () => (await viewOf(here)).revoked, 2)
    expect(await button('revoke').count()).toBe(2)
  })

  test.sequential('rotates keys', async () => {
    const { button, field, page, say } = opened
    const keys = page.locator('#keys li')
    const before = String(await keys.first().textContent())
    await hand.tick(field('outages.keepOld'))
    await hand.press(button('outages.rotate'))
    await news(say('outages.rotated'))
    await soon(() => keys.count(), 2)
    expect(before).toContain(say('outages.signs'))
    expect(await keys.nth(1).textContent()).toBe(before.replace(say('outages.signs'), say('outages.published')))
    await hand.tick(field('outages.keepOld'))
    await hand.press(button('outages.rotate'))
    await soon(() => keys.count(), 1)
  })

  test.sequential('starts an outage and ends it', async () => {
    const { button, field, here, page, say } = opened
    expect(await button('outages.up').isDisabled()).toBe(true)
    await hand.choose(field('outages.fault'), 'error')
    await hand.choose(field('outages.what'), '/jwks.json')
    await hand.press(button('outages.down'))
    await page
      .getByRole('status')
      .getByText(say('health.down', { fault: say('fault.error') }))
      .waitFor()
    expect((await fetch(`${here.issuer}/.well-known/jwks.json`)).status).toBe(500)
    expect((await fetch(`${here.issuer}/.well-known/openid-configuration`)).status).toBe(200)
    await hand.press(button('outages.up'))
    await page.getByRole('status').getByText(say('health.up'), { exact: true }).waitFor()
    expect((await fetch(`${here.issuer}/.well-known/jwks.json`)).status).toBe(200)
  })

  test.sequential('makes answers slow, and fast again', async () => {
    const { button, field, here, page, say } = opened
    await hand.write(field('outages.seconds'), '0.1')
    await hand.press(button('outages.slowDown'))
    await news(say('outages.isSlow', { seconds: 0.1 }))
    await page
      .getByRole('status')
      .getByText(say('health.slow', { seconds: 0.1 }), { exact: true })
      .waitFor()
    expect(await viewOf(here)).toMatchObject({ delay: 0.1 })
    await hand.press(button('outages.speedUp'))
    await page.getByRole('status').getByText(say('health.up'), { exact: true }).waitFor()
    await hand.write(field('outages.seconds'), '-1')
    await hand.press(button('outages.slowDown'))
    await page.locator('#outages-fault').getByText('slowDown takes seconds').waitFor()
  })

  test.sequential('shows new requests, and clears the list', async () => {
    const { button, here, page, say } = opened
    await act(here, 'clear-requests')
    await page.getByText(say('requests.none'), { exact: true }).waitFor()
    await fetch(`${here.issuer}/me`, { headers: { authorization: 'Bearer secret' } })
    const row = page.locator('#request-rows tr').first()
    await row.getByText('401', { exact: true }).waitFor()
    expect(await row.textContent()).toMatch(/GET \/oidc\/meBearer \*{4}$/)
    await fetch(`${here.issuer}/.well-known/jwks.json`)
    await row.getByText('/oidc/.well-known/jwks.json').waitFor()
    const { number } = (await viewOf(here)).requests.at(-1)
    await soon(() => page.locator('#request-notice').textContent(), say('requests.notice', { count: number }))
    await hand.press(button('requests.clear'))
    await page.getByText(say('requests.none'), { exact: true }).waitFor()
  })

  test.sequential('shows the requests to the API, and what to do about a refusal', async () => {
    const { here, page, part, say } = opened
    await page.getByText(say('api.none'), { exact: true }).waitFor()
    const report = (...requests: readonly object[]) =>
      fetch(`${here.url}/report`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ requests }),
      })
    const refused = { outcome: 'refused', reason: 'expired_token', detail: 'exp is 1, now it is 2' }
    await report({ method: 'GET', status: 401, ms: 3, ...refused })
    const line = part('api.title').locator('summary')
    await soon(
      async () => (await line.first().textContent())?.slice(9),
      `GET 401 expired_token, ${say('api.ms', { ms: 3 })}`,
    )
    const advice = part('api.title').locator('.advice')
    expect(await advice.isVisible()).toBe(false)
    await hand.press(line)
    await advice.getByText('exp is 1, now it is 2').waitFor()
    await advice.getByText(say('refusal.expired_token')).waitFor()
    await report(
      { method: 'POST', status: 200, outcome: 'verified', ms: 4 },
      { method: 'GET', status: 200, ms: 5, ...refused, outcome: 'would_refuse', reason: 'reason_of_another_version' },
    )
    const rows = page.locator('#api-rows > li')
    await soon(() => rows.count(), 3)
    const texts = (await rows.allTextContents()).map((text) => text.slice(9))
    expect(texts[0]).toContain(say('outcome.would_refuse', { reason: 'reason_of_another_version' }))
    expect(texts[1]).toBe(`POST 200 ${say('outcome.verified')}, ${say('api.ms', { ms: 4 })}`)
    // What was open stays open when new rows come.
    expect(await advice.nth(1).isVisible()).toBe(true)
    expect(await page.locator('#api-notice').textContent()).toBe(say('api.notice', { count: 3 }))
    await hand.press(page.locator('[data-copy="report-command"]'))
    await news(say('copied', { what: say('api.command') }))
    expect(await clipboard()).toBe('node --import authing-guard/testing/report app.mjs')
    await hand.press(page.locator('#clear-api'))
    await page.getByText(say('api.none'), { exact: true }).waitFor()
  })

  test.sequential('adds a user, sets the roles, issues a token for the user, and removes the user', async () => {
    const { button, field, here, page, say } = opened
    await hand.press(page.getByText(say('users.add'), { exact: true }))
    await hand.write(field('users.nickname'), 'Ada')
    await hand.write(page.locator('#user-roles'), 'admin, shop/boss')
    await hand.choose(field('users.status'), 'Suspended')
    await hand.press(button('users.addAct'))
    await news(say('users.added', { user: 'Ada' }))
    const user = async () => (await viewOf(here)).users.find(({ nickname }: { nickname: string }) => nickname === 'Ada')
    const added = await user()
    expect(added).toMatchObject({
      status: 'Suspended',
      roles: [{ code: 'admin' }, { code: 'boss', namespace: 'shop' }],
    })
    await hand.write(page.getByRole('textbox', { name: say('users.rolesOf', { user: 'Ada' }) }), 'editor')
    await hand.press(button('users.saveRoles', { user: 'Ada' }))
    await news(say('users.saved', { user: 'Ada' }))
    expect((await user()).roles).toEqual([{ code: 'editor', namespace: 'default' }])
    await hand.press(button('users.mintForUser', { user: 'Ada' }))
    await soon(() => field('mint.type').evaluate((node) => node === document.activeElement), true)
    expect(decodeJwt(await mint()).sub).toBe(added.id)
    for (const [act, done] of [
      ['users.kickUser', 'users.kicked'],
      ['users.blockUser', 'users.blocked'],
    ] as const) {
      await hand.press(button(act, { user: 'Ada' }))
      await news(say(done, { user: 'Ada' }))
    }
    expect(await user()).toMatchObject({ status: 'Suspended' })
    await hand.press(button('users.removeUser', { user: 'Ada' }))
    await news(say('users.removed', { user: 'Ada' }))
    expect(await user()).toBeUndefined()
  })

  test.sequential('adds grants and removes them', async () => {
    const { button, field, here, page, say } = opened
    await hand.press(page.getByText(say('users.addGrant'), { exact: true }))
    await hand.choose(field('users.to'), 'user')
    await hand.choose(page.locator('#grant-user'), '5f9976a7389b6dccb23a4c56')
    await hand.choose(field('users.effect'), 'deny')
    await hand.write(field('users.action'), 'book:read')
    await hand.write(field('users.resource'), 'book:1')
    await hand.choose(field('users.model'), 'data')
    await hand.write(field('users.namespace'), 'shop')
    await hand.press(button('users.grantAct'))
    await news(say('users.granted'))
    const last = async () => (await viewOf(here)).grants.at(-1)
    const given = { userId: '5f9976a7389b6dccb23a4c56', action: 'book:read', resource: 'book:1' }
    expect(await last()).toMatchObject({ ...given, effect: 'deny', model: 'data', namespace: 'shop' })
    await hand.press(button('users.removeGrant', { grant: 'Sam, book:read book:1' }))
    await news(say('users.grantRemoved'))
    expect(await last()).not.toMatchObject(given)
    await hand.press(button('users.removeGrant', { grant: `${say('users.role')}: admin, * *` }))
    await soon(async () => (await viewOf(here)).grants.length, 2)
    await hand.press(button('users.grantAct'))
    await page.locator('#grant-fault').getByText("a grant's resource is missing").waitFor()
  })

  test.sequential('changes the language, keeps it after a reload, and keeps typed text', async () => {
    const { field, page, part } = opened
    await mint()
    await hand.press(opened.button('mint.inspect'))
    await part('inspect.result').waitFor()
    await hand.write(field('mint.scope'), 'typed')
    const other = language === 'en' ? 'zh' : 'en'
    await hand.press(page.getByRole('button', { name: other === 'zh' ? '中文' : 'English', exact: true }))
    await page.getByRole('heading', { name: languages[other]['mint.title'], exact: true }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe(other === 'zh' ? 'zh-CN' : 'en')
    expect(await page.locator('#mint-scope').inputValue()).toBe('typed')
    await page.locator('#explanation').getByText(languages[other]['inspect.checks'], { exact: true }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: languages[other]['mint.title'], exact: true }).waitFor()
  })
})
