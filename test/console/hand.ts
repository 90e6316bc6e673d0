import type { Locator, Page } from 'playwright-core'
import { soon } from './soon.js'

/** A way to use the page: the mouse or the keyboard. */
export interface Hand {
  press(target: Locator): Promise<void>
  /** Ticks or unticks. */
  tick(target: Locator): Promise<void>
  write(target: Locator, text: string): Promise<void>
  choose(target: Locator, value: string): Promise<void>
}

/**
 * Focuses an element. Another test shows that the Tab key reaches every control. An element that does not take the focus
 * is a failure; it is retried while a row is being redrawn.
 */
async function focus(target: Locator): Promise<void> {
  const isFocused = () =>
    target.evaluate((node) => {
      if (node instanceof HTMLElement) node.focus()
      return node === document.activeElement
    })
  await soon(isFocused, true)
}

const mouse = (page: Page): Hand => ({
  press: (target) => target.click(),
  tick: (target) => target.click(),
  async write(target, text) {
    await target.click()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(text)
  },
  async choose(target, value) {
    // The list of a select belongs to the browser, not to the page; the page gets the choice as a change event.
    await target.click()
    await page.keyboard.press('Escape')
    await target.selectOption(value)
  },
})

const keyboard = (page: Page): Hand => ({
  async press(target) {
    await focus(target)
    await page.keyboard.press('Enter')
  },
  async tick(target) {
    await focus(target)
    await page.keyboard.press('Space')
  },
  async write(target, text) {
    await focus(target)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(text)
  },
  async choose(target, value) {
    await focus(target)
    const values = await target.locator('option').evaluateAll((all) => all.map((one) => Reflect.get(one, 'value')))
    await page.keyboard.press('Home')
    for (let steps = values.indexOf(value); steps > 0; steps -= 1) await page.keyboard.press('ArrowDown')
    if ((await target.inputValue()) !== value) throw new Error(`no arrow leads to ${value}`)
  },
})

export const hands = { mouse, keyboard } as const
