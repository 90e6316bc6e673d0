import { createServer } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Running, running, viewOf } from '../cli/dev/running.js'
import { closed, listening, portOf } from '../support/http.js'
import { launch, leftOut } from './browser.js'

// In a real browser, a page of another origin can do nothing to a `dev` that runs on the same machine.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const elsewhere = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>elsewhere</title>')
})
let browser: Browser | undefined
let here: Running
let page: Page

beforeAll(async () => {
  await listening(elsewhere)
  here = await running(['--algorithm', 'ES256'])
  if (leftOut === '') browser = await launch(['evil.example'])
})
afterAll(async () => {
  await browser?.close()
  await here.end()
  await closed(elsewhere)
})

const open = async (url: string) => {
  if (!browser) throw new Error('there is no browser')
  page = await browser.newPage()
  await page.goto(url)
}

/** The result of a fetch in the page: a status, `opaque`, or that it threw. */
const fetched = (url: string, options: RequestInit = {}): Promise<string> =>
  page.evaluate(
    async ([address, given]) =>
      fetch(address, given).then(
        async (response) => (response.type === 'opaque' ? 'opaque' : `${response.status} ${await response.text()}`),
        () => 'threw',
      ),
    [url, options] as const,
  )

describe.skipIf(leftOut !== '').each([
  ['another site', () => `http://evil.example:${portOf(elsewhere)}/`],
  ['another port of this machine', () => `http://127.0.0.1:${portOf(elsewhere)}/`],
])(`a page of %s${leftOut}`, (_, address) => {
  beforeEach(async () => {
    await open(address())
    return () => page.close()
  })

  test('cannot read a token or the state of the page', async () => {
    for (const path of ['/', '/token', '/api/state?after=0', '/console.js']) {
      expect(await fetched(here.url + path), path).toBe('threw')
    }
  })

  test('cannot run an action, whatever it sends', async () => {
    const before = await viewOf(here)
    const body = '{"fault":"refuse"}'
    const json = { 'content-type': 'application/json', 'x-console-key': here.key }
    expect(await fetched(`${here.url}/api/down`, { method: 'POST', body, headers: json })).toBe('threw')
    await fetched(`${here.url}/api/down`, { method: 'POST', body, mode: 'no-cors' })
    await fetched(`${here.url}/api/rotate`, { method: 'POST', body: '{}', mode: 'no-cors', credentials: 'include' })
    await page.evaluate((url) => navigator.sendBeacon(`${url}/api/down`, '{"fault":"refuse"}'), here.url)
    const { outage, apps } = await viewOf(here)
    expect({ outage, apps }).toEqual({ outage: before.outage, apps: before.apps })
  })

  test('cannot send a form, frame the console, or reach the window that it opens', async () => {
    await page.evaluate((url) => {
      const frame = document.createElement('iframe')
      frame.name = 'frame'
      frame.src = url
      document.body.append(frame)
    }, here.url)
    const frame = page.frames().find((one) => one !== page.mainFrame())
    await expect
      .poll(async () =>
        frame
          ?.locator('#mint-form')
          .count()
          .catch(() => 0),
      )
      .toBe(0)
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate((url) => void Reflect.set(window, 'opened', window.open(url)), here.url),
    ])
    await popup.locator('#user-rows tr').first().waitFor()
    expect(await page.evaluate(() => Reflect.get(window, 'opened').closed)).toBe(true)
    await popup.close()
    await page.evaluate((url) => {
      const form = document.createElement('form')
      form.method = 'post'
      form.enctype = 'text/plain'
      form.action = `${url}/api/down`
      document.body.append(form)
      form.submit()
    }, here.url)
    await page.waitForURL(`${here.url}/api/down`)
    expect(await page.locator('body').textContent()).toContain('foreign_page')
    expect((await viewOf(here)).outage).toBeNull()
  })
})

describe.skipIf(leftOut !== '')(`a host name that resolves to loopback (DNS rebinding)${leftOut}`, () => {
  test('is refused by the console and by the pool', async () => {
    await open(`http://evil.example:${here.port}/`)
    expect(await page.locator('body').textContent()).toContain('wrong_host')
    for (const path of ['/', '/token', '/api/state?after=0']) expect(await fetched(path), path).toMatch(/^421 /)
    const { port } = new URL(here.issuer)
    await page.goto(`http://evil.example:${port}/oidc/.well-known/jwks.json`)
    expect(await page.locator('body').textContent()).toContain('loopback only')
    expect(await fetched('/oidc/me')).toMatch(/^421 /)
    await page.close()
  })
})
