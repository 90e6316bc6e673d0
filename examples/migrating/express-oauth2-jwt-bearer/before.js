// @ts-check
import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'

/** @param {{ issuer: string, appId: string }} options */
export function createApp({ issuer, appId }) {
  const app = express()
  app.use(
    auth({
      issuer,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      audience: appId,
      tokenSigningAlg: 'RS256',
    }),
  )

  app.get('/me', (req, res) => {
    res.json({ userId: req.auth?.payload.sub })
  })

  app.get('/books', requiredScopes('book:read'), (_req, res) => {
    res.json(['The Wind in the Willows'])
  })
  return app
}
