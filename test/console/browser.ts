import { existsSync } from 'node:fs'
import {
  type Browser,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core'
import { fill } from '../../src/cli/language/language.js'
import { type Texts, textsIn } from '../../src/cli/language/texts.js'
import { type Running, running } from '../cli/dev/running.js'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path)) ?? ''

/** A suffix for test titles that says why the tests are skipped; empty if they run. */
export const leftOut = executablePath === '' ? ' (skipped: this machine has no chromium)' : ''

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
]

/** `names` resolve to loopback, as with a name server of an attacker. */
export const launch = (names: readonly string[] = []): Promise<Browser> => {
  const rules = names.map((name) => `MAP ${name} 127.0.0.1`).join(', ')
  return chromium.launch({
    executablePath,
    args: [...quiet, ...(rules === '' ? [] : [`--host-resolver-rules=${rules}`])],
  })
}

export type TextName = keyof Texts['console']
export const languages = { en: textsIn('en').console, zh: textsIn('zh').console } as const
export type Language = keyof typeof languages

/** The open page. */
export interface Opened {
  readonly here: Running
  readonly page: Page
  /** Errors and messages of the browser console. */
  readonly complaints: readonly string[]
  readonly say: (phrase: TextName, slots?: Readonly<Record<string, string | number>>) => string
  /** By its accessible name. */
  readonly button: (phrase: TextName, slots?: Readonly<Record<string, string | number>>) => Locator
  readonly field: (phrase: TextName) => Locator
  /** The region of the page with that heading. */
  readonly part: (phrase: TextName) => Locator
  readonly close: () => Promise<void>
}

/** Opens an empty window. */
export async function windowIn(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const permissions = ['clipboard-read', 'clipboard-write']
  const context = await browser.newContext({ permissions, reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  return page
}

/**
 * Starts `dev`, and opens its page in a window. Each run has its own port, so that it shares no pool, storage and
 * language with an earlier one.
 */
export async function open(
  page: Page,
  language: Language,
  args: readonly string[] = ['--algorithm', 'ES256'],
): Promise<Opened> {
  const here = await running([...args, '--lang', language])
  const complaints: string[] = []
  const onError = ({ message }: Error) => void complaints.push(message)
  const listen = (message: ConsoleMessage) => void complaints.push(`${message.type()}: ${message.text()}`)
  page.on('pageerror', onError).on('console', listen)
  await page.goto(here.url)
  await page.locator('#user-rows tr').first().waitFor()
  const say: Opened['say'] = (phrase, slots = {}) => fill(languages[language][phrase], slots)
  return {
    ...{ here, page, complaints, say },
    button: (phrase, slots) => page.getByRole('button', { name: say(phrase, slots), exact: true }),
    field: (phrase) =>
      page
        .locator('input, select, textarea')
        .and(page.getByLabel(say(phrase), { exact: true }))
        .filter({ visible: true }),
    part: (phrase) => page.getByRole('region', { name: say(phrase), exact: true }),
    close: async () => {
      // Leaves the page before the command ends: another test is about what the page then shows.
      await page.goto('about:blank')
      page.off('pageerror', onError).off('console', listen)
      await here.end()
    },
  }
}

/** Resets the page, but not its pool: cheaper than to open it again. */
export const asOpened = ({ page }: Opened): Promise<void> =>
  page.evaluate(() => {
    for (const form of document.forms) {
      form.reset()
      form.dispatchEvent(new Event('change'))
    }
    for (const fold of document.querySelectorAll('details')) fold.open = false
    for (const shown of document.querySelectorAll('.fault, #notice, #token')) shown.replaceChildren()
    for (const result of document.querySelectorAll<HTMLElement>('.result')) result.hidden = true
    window.scrollTo(0, 0)
  })
