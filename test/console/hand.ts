import type { Locator, Page } from 'playwright-core'

/** How somebody works the page. */
export interface Hand {
  press(target: Locator): Promise<void>
  /** Ticks or unticks. */
  tick(target: Locator): Promise<void>
  write(target: Locator, text: string): Promise<void>
  choose(target: Locator, value: string): Promise<void>
}

const isFocused = (target: Locator): Promise<boolean> => target.evaluate((node) => node === document.activeElement)

/** With the tabulator, from where the focus is, as far as it takes; a target that it never comes to is a failure. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let steps = 0; steps < 200; steps += 1) {
    if (await isFocused(target)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the tabulator never comes to ${target}`)
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
    // The list of a select is the browser's own, beyond the page: what is chosen there comes as a change.
    await target.click()
    await page.keyboard.press('Escape')
    await target.selectOption(value)
  },
})

const keyboard = (page: Page): Hand => ({
  async press(target) {
    await tabTo(page, target)
    await page.keyboard.press('Enter')
  },
  async tick(target) {
    await tabTo(page, target)
    await page.keyboard.press('Space')
  },
  async write(target, text) {
    await tabTo(page, target)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(text)
  },
  async choose(target, value) {
    await tabTo(page, target)
    await page.keyboard.press('Home')
    const count = await target.locator('option').count()
    for (let steps = 0; steps < count; steps += 1) {
      if ((await target.inputValue()) === value) return
      await page.keyboard.press('ArrowDown')
    }
    throw new Error(`no arrow leads to ${value}`)
  },
})

export const hands = { mouse, keyboard } as const
