// Compiled, never run: an application that imports the type of req.identity. A program of its own, since it is global.

import 'authing-guard/express/global'
import type { Identity } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import express from 'express'

// FITS
const app = express()
app.use(authingGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' }))
app.get('/me', (req, res) => {
  const identity: Identity | undefined = req.identity
  if (req.identity?.kind === 'user') res.json(req.identity.userId.toUpperCase())
  else res.json(identity?.clientId)
})

// DOES NOT COMPILE
app.get('/me', (req) => {
  // @ts-expect-error it is undefined for an anonymous caller
  req.identity.kind.trim()
  // @ts-expect-error an identity has no such member
  req.identity?.nickname
})
