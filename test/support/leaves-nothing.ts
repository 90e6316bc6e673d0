import { channel } from 'node:diagnostics_channel'
import { afterAll, expect, vi } from 'vitest'

// Test files share a process in `npm test`: what one leaves behind would fail another, in some order of the files alone.
afterAll(() => {
  expect(channel('authing-guard').hasSubscribers, 'a subscription is left on the diagnostics channel').toBe(false)
  expect(vi.isFakeTimers(), 'fake timers are left').toBe(false)
})
