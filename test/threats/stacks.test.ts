import { readFile } from 'node:fs/promises'
import { authingErrorHandler, authingGuard } from 'authing-guard/express'
import express from 'express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keyPair, tokenBy } from '../support/forge.js'
import { sendRaw, serving } from '../support/http.js'
import { expect401, home, idClaims, issuer, optionsWith, refusalOf, worldWith } from '../support/world.js'

// Threats of section J about timing and stack traces.

const key = keyPair('RS256', 'kid-1')

describe('a stack', () => {
  it('J7: no stack is captured for an error that the caller caused', async () => {
    const { guard, token } = home()
    const limit = Error.stackTraceLimit
    const refused = await expect401(guard, `${token()}x`)
    expect(refused.stack).not.toMatch(/\n\s+at /)
    expect(refused.expose).toBe(true)
    const denied = await refusalOf(guard.require({ scope: 'book:read' }).verifyToken(token()))
    expect(denied.stack).not.toMatch(/\n\s+at /)
    expect(Error.stackTraceLimit).toBe(limit)
  })

  describe('in production', () => {
    const app = express()
    app.set('env', 'production')
    const fetch = () => Promise.reject(new TypeError('fetch failed'))
    app.use(authingGuard(optionsWith([], { jwks: undefined, fetch })))
    const site = serving(app)
    beforeEach(() => {
      vi.spyOn(console, 'error').mockImplementation(() => {})
    })
    afterEach(() => {
      vi.restoreAllMocks()
    })

    it('J7: the stack of an outage is not sent in production', async () => {
      const token = tokenBy(key, idClaims)
      const { status, body } = await sendRaw(site.port, [`Authorization: Bearer ${token}`])
      expect(status).toBe(503)
      expect(body).not.toMatch(/\.ts|\.js|node:|at |fetch|GuardError/)
      const missing = await sendRaw(site.port, [])
      expect(missing.status).toBe(401)
      expect(missing.body).not.toMatch(/\.ts|\.js|node:|at |GuardError/)
    })
  })

  describe('behind authingErrorHandler', () => {
    const app = express()
    const fetch = () => Promise.reject(new TypeError('fetch failed'))
    app.use(authingGuard(optionsWith([], { jwks: undefined, fetch })))
    app.use(authingErrorHandler)
    const site = serving(app)

    it('J7: behind authingErrorHandler a stack is not sent in development either', async () => {
      const { status, body } = await sendRaw(site.port, [`Authorization: Bearer ${tokenBy(key, idClaims)}`])
      expect({ status, ...JSON.parse(body) }).toEqual({
        status: 503,
        error: 'temporarily_unavailable',
        error_description: expect.stringContaining('Try again later.'),
      })
    })
  })

  it('J7: the error of an outage has a stack for the log and is not exposed', async () => {
    const { guard } = worldWith([], { jwks: undefined })
    const error = await refusalOf(guard.verifyToken(tokenBy(key, { ...idClaims, iss: issuer })))
    expect(error.status).toBe(503)
    expect(error.expose).toBe(false)
    expect(error.stack).toMatch(/\n\s+at /)
  })
})

describe('time', () => {
  it('J6: MACs are compared with timingSafeEqual or by the platform, never as strings', async () => {
    const source = (name: string) => readFile(new URL(`../../src/crypto/${name}`, import.meta.url), 'utf8')
    const node = await source('signature.node.ts')
    // The one MAC that is a text goes into a buffer at once, and the buffer is what is compared.
    const [written, compared] = [
      /const length = mac\.write\(.+\.digest\('binary'\), 'latin1'\)/,
      /signature\.length === length && timingSafeEqual\(signature, mac\)/,
    ]
    expect(node).toMatch(new RegExp(`${written.source}\\n +return ${compared.source}\\n`))
    const web = await source('signature.web.ts')
    for (const text of [node.replace(written, ''), web]) expect(text).not.toMatch(/\.equals\(|\.compare\(|digest\(['"]/)
    expect(web).toContain('compactVerify')
  })
})
