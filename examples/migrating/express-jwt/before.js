// @ts-check
import express from 'express'
import { expressjwt } from 'express-jwt'
import jwksRsa from 'jwks-rsa'

/** @param {{ issuer: string, appId: string }} options */
export function createApp({ issuer, appId }) {
  const app = express()
  app.use(
    expressjwt({
      secret: jwksRsa.expressJwtSecret({ jwksUri: `${issuer}/.well-known/jwks.json`, cache: true, rateLimit: true }),
      issuer,
      audience: appId,
      algorithms: ['RS256'],
    }),
  )

  app.get('/me', (/** @type {import('express-jwt').Request} */ req, res) => {
    res.json({ userId: req.auth?.sub })
  })

  app.get('/books', (/** @type {import('express-jwt').Request} */ req, res) => {
    if (!req.auth?.['scope']?.split(' ').includes('book:read')) return res.sendStatus(403)
    return res.json(['The Wind in the Willows'])
  })
  return app
}
