import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { dev } from '../../src/cli/dev/dev.js'
import { act, running, terminal } from '../cli/dev/running.js'
import { quietPort } from '../support/ports.js'
import { type Language, languages, launch, leftOut, type Opened, open, windowIn } from './browser.js'

// Pages are slow on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser | undefined
beforeAll(async () => {
  if (leftOut === '') browser = await launch()
})
afterAll(() => browser?.close())

const opening = async (
  language: Language,
  { args, ...options }: BrowserContextOptions & { readonly args?: readonly string[] } = {},
): Promise<Opened> => {
  if (!browser) throw new Error('there is no browser')
  const window = await windowIn(browser, options)
  const opened = await open(window, language, args)
  const close = async () => {
    await opened.close()
    await window.context().close()
  }
  return { ...opened, close }
}

/** The accessibility violations that axe finds on the page. */
const violationsIn = async (page: Page): Promise<readonly string[]> => {
  // The policy of the page allows no other script, so axe is evaluated from outside.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await Reflect.get(window, 'axe').run(document)
    return violations.map(({ id, nodes }: { id: string; nodes: readonly { html: string }[] }) =>
      [id, ...nodes.map(({ html }) => html)].join('\n'),
    )
  })
}

/** Shows everything that the page can show: open folds, an explained token, errors, an outage. */
const crowd = async ({ here, page, button, field, say }: Opened): Promise<void> => {
  for (const fold of await page.locator('summary').all()) await fold.click()
  await fetch(`${here.issuer}/me`, { headers: { authorization: 'Bearer x' } })
  await fetch(`${here.issuer}/.well-known/jwks.json`)
  const requests = [
    {
      method: 'GET',
      status: 401,
      outcome: 'refused',
      reason: 'wrong_algorithm',
      detail: `alg ${'x'.repeat(100)}`,
      ms: 3,
    },
    { method: 'GET', status: 200, outcome: 'unguarded', ms: 12_000 },
  ]
  const headers = { 'content-type': 'application/json' }
  await fetch(`${here.url}/report`, { method: 'POST', headers, body: JSON.stringify({ requests }) })
  await page.locator('#api-rows summary').click()
  await act(here, 'rotate', { keepOld: true })
  await act(here, 'add-user', { username: 'a-long-name-that-somebody-has-given-to-a-user', status: 'Resigned' })
  await field('mint.defect').selectOption('expired')
  await button('mint.act').click()
  await button('mint.inspect').click()
  await page.locator('#explanation').waitFor()
  await page.locator('#explanation summary').click()
  await page.locator('#api-method').selectOption('DELETE')
  await page.locator('#api-url').fill(`${here.issuer}/me`)
  await button('mint.send').click()
  await page.locator('#reply').waitFor()
  await button('users.grantAct').click()
  await page.locator('#grant-fault:not(:empty)').waitFor()
  await act(here, 'down', { fault: 'hang' })
  await act(here, 'slow', { seconds: 3 })
  // Waits for the last change: nothing is redrawn after it.
  await page
    .locator('#health')
    .getByText(say('health.downAndSlow', { fault: say('fault.hang'), seconds: 3 }))
    .waitFor()
}

describe.skipIf(leftOut !== '')(`the page${leftOut}`, () => {
  test.each(Object.keys(languages) as Language[])(
    'has no accessibility violations in %s: light and dark, empty and full',
    async (language) => {
      const opened = await opening(language)
      const { page, close, complaints } = opened
      for (const fill of [async () => {}, crowd]) {
        await fill(opened)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          expect(await violationsIn(page), `${fill.name} ${colorScheme}`).toEqual([])
        }
      }
      expect(complaints).toEqual([])
      await close()
    },
  )

  test('fits every window without horizontal scrolling', async () => {
    const opened = await opening('en')
    const { page, close } = opened
    await crowd(opened)
    for (const width of [320, 360, 390, 768, 1100, 1280, 1600]) {
      await page.setViewportSize({ width, height: 800 })
      const { scrollWidth, innerWidth } = await page.evaluate(() => ({
        scrollWidth: document.documentElement.scrollWidth,
        innerWidth: window.innerWidth,
      }))
      expect(innerWidth).toBe(width)
      expect(scrollWidth, String(width)).toBeLessThanOrEqual(width)
    }
    await close()
  })

  test('has a skip link as its first stop, and links to its sections', async () => {
    const { page, say, close } = await opening('en')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(say('skip'))
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    const links = page.getByRole('navigation').getByRole('link')
    const targets = await links.evaluateAll((nodes) => nodes.map((node) => node.getAttribute('href') ?? ''))
    expect(targets).toHaveLength(7)
    for (const target of targets) expect(await page.locator(`main ${target}`).count(), target).toBe(1)
    await close()
  })

  test('lets the Tab key reach every control in order, with a visible focus', async () => {
    const opened = await opening('en')
    const { page, close } = opened
    await crowd(opened)
    const inOrder = await page.evaluate(() => {
      const all = document.querySelectorAll<HTMLElement>('a, button, input, select, textarea, summary, [tabindex="0"]')
      const shown = [...all].filter((node) => node.checkVisibility() && !node.matches(':disabled'))
      for (const [at, node] of shown.entries()) node.dataset['at'] = String(at)
      return shown.map((_, at) => String(at))
    })
    // From the top of the document, as after loading the page.
    await page.evaluate(() => {
      document.body.tabIndex = -1
      document.body.focus()
    })
    const came: (string | undefined)[] = []
    for (const _ of inOrder) {
      await page.keyboard.press('Tab')
      const { at, html, outline } = await page.evaluate(() => {
        const node = document.activeElement
        const { outlineStyle } = getComputedStyle(node ?? document.body)
        return { at: node?.getAttribute('data-at') ?? undefined, html: node?.outerHTML, outline: outlineStyle }
      })
      came.push(at)
      expect(outline, html).not.toBe('none')
    }
    expect(inOrder.length).toBeGreaterThan(80)
    expect(came).toEqual(inOrder)
    await close()
  })

  test('has a name for every control, and a text for every element with one', async () => {
    for (const language of Object.keys(languages) as Language[]) {
      const opened = await opening(language)
      await crowd(opened)
      const unnamed = opened.page.locator('[data-text]:empty, [aria-label=""]')
      expect(await unnamed.evaluateAll((nodes) => nodes.map((node) => node.outerHTML))).toEqual([])
      await opened.close()
    }
  })

  test('sends requests to its own server only, and stores only the language', async () => {
    const { here, page, button, close } = await opening('en')
    const hosts = new Set<string>()
    page.on('request', (request) => hosts.add(new URL(request.url()).origin))
    await page.reload()
    await page.locator('#user-rows tr').first().waitFor()
    await button('mint.act').click()
    await page.locator('#minted').waitFor()
    expect([...hosts]).toEqual([here.url])
    expect(
      await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]),
    ).toEqual([...[[], [], '']])
    await page.getByRole('button', { name: '中文' }).click()
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(['authing-guard-language'])
    await close()
  })

  test('shows the changes of another window, and keeps text that is being typed', async () => {
    const { here, page, field, say, close } = await opening('en')
    await field('mint.scope').fill('being typed')
    await act(here, 'add-user', { nickname: 'Ada' })
    await page.getByRole('textbox', { name: say('users.rolesOf', { user: 'Ada' }) }).waitFor()
    expect(await field('mint.scope').inputValue()).toBe('being typed')
    await close()
  })

  test('keeps the focus when rows are redrawn, and moves it to the heading when its row is gone', async () => {
    const { page, button, say, close } = await opening('en')
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)
    await page.getByRole('textbox', { name: say('users.rolesOf', { user: 'Mick' }) }).fill('boss')
    await button('users.saveRoles', { user: 'Mick' }).press('Enter')
    await page
      .locator('#notice')
      .getByText(say('users.saved', { user: 'Mick' }))
      .waitFor()
    await page.locator('#grant-rows tr').first().waitFor()
    await expect.poll(focused).toBe(say('users.saveRoles', { user: 'Mick' }))
    await button('users.removeUser', { user: 'Sam' }).press('Enter')
    await expect.poll(focused).toBe(say('users.users'))
    await button('users.removeGrant', { grant: 'Role: admin, * *' }).press('Enter')
    await expect.poll(focused).toBe(say('users.grants'))
    await close()
  })

  test('offers the fields of each token type, and no others', async () => {
    const { page, field, close } = await opening('en', { args: ['--algorithm', 'ES256', '--algorithm', 'HS256'] })
    const fields = ['userId', 'accessKeyId', 'scope', 'appId', 'algorithm', 'defect', 'claims']
    const shown = async (type: string) => {
      await field('mint.type').selectOption(type)
      const visible = fields.map((name) => page.locator(`#mint-form [data-field="${name}"]`).isVisible())
      const seen = await Promise.all(visible)
      return fields.filter((_, at) => seen[at])
    }
    const always = ['appId', 'algorithm', 'defect', 'claims']
    expect(await shown('id_token')).toEqual(['userId', ...always])
    expect(await shown('machine')).toEqual(['accessKeyId', 'scope', ...always])
    expect(await shown('delegate')).toEqual(['userId', 'accessKeyId', 'scope', ...always])
    expect(await shown('opaque')).toEqual(['userId', 'scope', 'appId'])
    await field('mint.type').selectOption('id_token')
    const [, second = ''] = await page
      .locator('#mint-app option')
      .evaluateAll((all) => all.map((one) => Reflect.get(one, 'value')))
    await page.locator('#mint-app').selectOption(second)
    expect(await field('mint.algorithm').locator('option').first().textContent()).toBe('Default: HS256')
    await close()
  })

  test('begins in the language of the browser, unless --lang says otherwise', async () => {
    if (!browser) throw new Error('there is no browser')
    for (const [args, expected] of [
      [[], 'zh-CN'],
      [['--lang', 'en'], 'en'],
    ] as const) {
      await using here = await running(args)
      const window = await windowIn(browser, { locale: 'zh-CN' })
      await window.goto(here.url)
      await window.locator('#user-rows tr').first().waitFor()
      expect(await window.evaluate(() => document.documentElement.lang)).toBe(expected)
      await window.context().close()
    }
  })

  test('shows an outage wherever one has scrolled', async () => {
    const { here, page, close } = await opening('en')
    await act(here, 'down', { fault: 'error' })
    await page.locator('#health[data-state="down"]').waitFor()
    await page.locator('#access').scrollIntoViewIfNeeded()
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
    const top = await page.locator('#health').evaluate((node) => node.getBoundingClientRect().top)
    expect(top).toBeGreaterThanOrEqual(0)
    expect(top).toBeLessThan(100)
    await close()
  })

  test('shows when the command has ended, and when another run has started', async () => {
    // A fixed port, so that the second run can take the port of the first.
    const port = String(await quietPort(2))
    const opened = await opening('en', { args: ['--port', port, '--algorithm', 'ES256'] })
    const { here, page, say } = opened
    await here.end()
    await page.getByRole('alert').getByText(say('lost.gone')).waitFor()
    await page.getByRole('status').getByText(say('health.lost')).waitFor()
    await page.getByRole('button', { name: say('mint.act'), exact: true }).click()
    await page.locator('#mint-fault').getByText(say('error.gone')).waitFor()
    const { io, stop, started } = terminal()
    const over = dev(['--port', port], io)
    await Promise.race([started, over.then((code) => expect.fail(`the second run ended with ${code}`))])
    await page.getByRole('alert').getByText(say('lost.other_run')).waitFor()
    stop()
    expect(await over).toBe(0)
    await opened.close()
  })
})
