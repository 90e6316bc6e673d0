import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { dev } from '../../src/cli/dev/dev.js'
import { act, terminal } from '../cli/dev/running.js'
import { type Language, languages, launch, leftOut, type Opened, open } from './browser.js'

// A busy machine draws pages slowly.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser | undefined
beforeAll(async () => {
  if (leftOut === '') browser = await launch()
})
afterAll(() => browser?.close())

const opening = async (language: Language, options?: Parameters<typeof open>[2]): Promise<Opened> => {
  if (!browser) throw new Error('there is no browser')
  return open(browser, language, options)
}

/** What axe has to say against the page, as it stands. */
const violationsIn = async (page: Page): Promise<readonly string[]> => {
  // As the page's policy lets no script in, it is evaluated from outside.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await Reflect.get(window, 'axe').run(document)
    return violations.map(({ id, nodes }: { id: string; nodes: readonly { html: string }[] }) =>
      [id, ...nodes.map(({ html }) => html)].join('\n'),
    )
  })
}

/** Everything that the page can show, shown: folds open, a token minted and read, faults told, the pool down. */
const crowd = async ({ here, page, button, field, say }: Opened): Promise<void> => {
  for (const fold of await page.locator('summary').all()) await fold.click()
  await fetch(`${here.issuer}/me`, { headers: { authorization: 'Bearer x' } })
  await fetch(`${here.issuer}/.well-known/jwks.json`)
  await act(here, 'rotate', { keepOld: true })
  await act(here, 'add-user', { username: 'a-long-name-that-somebody-has-given-to-a-user', status: 'Resigned' })
  await field('mint.wrong').selectOption('expired')
  await button('mint.act').click()
  await button('mint.inspect').click()
  await page.locator('#explanation').waitFor()
  await field('mint.claims').fill('{')
  await button('mint.act').click()
  await page
    .locator('#mint-fault')
    .getByText(say('error.json', { field: say('mint.claims') }))
    .waitFor()
  await act(here, 'down', { how: 'hang' })
  await act(here, 'slow', { seconds: 3 })
  await page.locator('#health[data-state="down"]').waitFor()
}

describe.skipIf(leftOut !== '')(`the page${leftOut}`, () => {
  const looks = (Object.keys(languages) as Language[]).flatMap((language) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ language, colorScheme })),
  )

  test.each(looks)(
    'is without fault to axe: $language, $colorScheme, empty and full',
    async ({ language, colorScheme }) => {
      const opened = await opening(language, { colorScheme })
      expect(await violationsIn(opened.page)).toEqual([])
      await crowd(opened)
      expect(await violationsIn(opened.page)).toEqual([])
      expect(opened.complaints).toEqual([])
      await opened.close()
    },
  )

  test.each([320, 390, 768, 1100, 1600])('fits a window %i wide, without scrolling sideways', async (width) => {
    const opened = await opening('en', { viewport: { width, height: 800 } })
    await crowd(opened)
    const { scrollWidth, innerWidth } = await opened.page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      innerWidth: window.innerWidth,
    }))
    expect(scrollWidth).toBeLessThanOrEqual(innerWidth)
    await opened.close()
  })

  test('is left for its content by the first key, and its sections by links', async () => {
    const { page, say, close } = await opening('en')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(say('skip'))
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    const links = page.getByRole('navigation').getByRole('link')
    const targets = await links.evaluateAll((nodes) => nodes.map((node) => node.getAttribute('href') ?? ''))
    expect(targets).toHaveLength(6)
    for (const target of targets) expect(await page.locator(`main ${target}`).count(), target).toBe(1)
    await close()
  })

  test('shows where the keyboard is, everywhere', async () => {
    const { page, close } = await opening('en')
    const count = await page.locator('button:enabled:visible, input:visible, select:visible, textarea:visible').count()
    for (let step = 0; step < count; step += 1) {
      await page.keyboard.press('Tab')
      const style = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle)
      expect(style, await page.evaluate(() => document.activeElement?.outerHTML)).not.toBe('none')
    }
    await close()
  })

  test('has a name for every control, and words for all that it says', async () => {
    for (const language of Object.keys(languages) as Language[]) {
      const opened = await opening(language)
      await crowd(opened)
      const unnamed = opened.page.locator('[data-text]:empty, [aria-label=""]')
      expect(await unnamed.evaluateAll((nodes) => nodes.map((node) => node.outerHTML))).toEqual([])
      await opened.close()
    }
  })

  test('asks nobody but its own server, and keeps nothing but the language', async () => {
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

  test('shows what another window does, and leaves what is being typed', async () => {
    const { here, page, field, say, close } = await opening('en')
    await field('mint.scope').fill('being typed')
    await act(here, 'add-user', { nickname: 'Ada' })
    await page.getByRole('textbox', { name: say('people.rolesOf', { user: 'Ada' }) }).waitFor()
    expect(await field('mint.scope').inputValue()).toBe('being typed')
    await close()
  })

  test('keeps the focus where rows are drawn anew, and leads it to the heading where its row is gone', async () => {
    const { page, button, say, close } = await opening('en')
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)
    await page.getByRole('textbox', { name: say('people.rolesOf', { user: 'Mick' }) }).fill('boss')
    await button('people.saveRoles', { user: 'Mick' }).press('Enter')
    await page
      .locator('#news')
      .getByText(say('people.saved', { user: 'Mick' }))
      .waitFor()
    await page.locator('#grant-rows tr').first().waitFor()
    await expect.poll(focused).toBe(say('people.saveRoles', { user: 'Mick' }))
    await button('people.removeWhom', { user: 'Sam' }).press('Enter')
    await expect.poll(focused).toBe(say('people.users'))
    await button('people.removeGrant', { grant: 'Role: admin, * *' }).press('Enter')
    await expect.poll(focused).toBe(say('people.grants'))
    await close()
  })

  test('offers what each kind of token has, and no more', async () => {
    const { page, field, close } = await opening('en', { args: ['--algorithm', 'ES256', '--algorithm', 'HS256'] })
    const fields = ['userId', 'accessKeyId', 'scope', 'appId', 'algorithm', 'wrong', 'claims']
    const shown = async (type: string) => {
      await field('mint.type').selectOption(type)
      const visible = fields.map((name) => page.locator(`#mint-form [data-field="${name}"]`).isVisible())
      const seen = await Promise.all(visible)
      return fields.filter((_, at) => seen[at])
    }
    const always = ['appId', 'algorithm', 'wrong', 'claims']
    expect(await shown('id_token')).toEqual(['userId', ...always])
    expect(await shown('machine')).toEqual(['accessKeyId', 'scope', ...always])
    expect(await shown('delegate')).toEqual(['userId', 'accessKeyId', 'scope', ...always])
    expect(await shown('opaque')).toEqual(['userId', 'scope', 'appId'])
    await field('mint.type').selectOption('id_token')
    const [, second = ''] = await page
      .locator('#mint-app option')
      .evaluateAll((all) => all.map((one) => Reflect.get(one, 'value')))
    await page.locator('#mint-app').selectOption(second)
    expect(await field('mint.algorithm').locator('option').first().textContent()).toBe('As usual: HS256')
    await close()
  })

  test('says so when the command has ended, and when another run is there', async () => {
    const opened = await opening('en')
    const { here, page, say } = opened
    await here.end()
    await page.getByRole('alert').getByText(say('lost.gone')).waitFor()
    await page.getByRole('status').getByText(say('health.lost')).waitFor()
    await page.getByRole('button', { name: say('mint.act'), exact: true }).click()
    await page.locator('#mint-fault').getByText(say('error.gone')).waitFor()
    const { io, stop, started } = terminal()
    const over = dev(['--port', String(here.port)], io)
    await started
    await page.getByRole('alert').getByText(say('lost.other_run')).waitFor()
    stop()
    expect(await over).toBe(0)
    await opened.close()
  })
})
