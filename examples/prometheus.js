// @ts-check
// An Express API with metrics for Prometheus at /metrics: requests by verdict, decisions, and the keys. Labels come
// from fixed lists and your configuration: none contains a user, a token or an address.
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/express'
import express from 'express'
import { Counter, Gauge, Registry } from 'prom-client'

/** @param {import('authing-guard/express').GuardOptions} options the guard's, with a checkPermission */
export function createApp(options) {
  const registry = new Registry()
  /** @param {string} name @param {string} help @param {string[]} labelNames */
  const counter = (name, help, labelNames) => new Counter({ name, help, labelNames, registers: [registry] })
  const requests = counter('authing_guard_requests_total', 'Requests', ['verdict', 'reason'])
  const decisions = counter('authing_guard_decisions_total', 'Answers of permission hooks', ['hook', 'allowed'])
  const fetches = counter('authing_guard_keys_fetches_total', 'Fetches of keys', ['app', 'outcome'])
  /** @param {import('authing-guard').GuardEvent} event */
  const onEvent = (event) => {
    if (event.type === 'verified') requests.inc({ verdict: 'verified' })
    else if (event.type === 'refused') requests.inc({ verdict: 'refused', reason: event.reason })
    else if (event.type === 'decided') decisions.inc({ hook: event.hook, allowed: `${event.allowed}` })
    else if (event.type === 'keys_refreshed') fetches.inc({ app: event.appId, outcome: 'refreshed' })
    else if (event.type === 'keys_failed') fetches.inc({ app: event.appId, outcome: event.state })
  }
  const guard = authingGuard({ ...options, onEvent })
  const gauge = { name: 'authing_guard_keys_age_seconds', help: 'Age of the keys', labelNames: ['app', 'state'] }
  const age = new Gauge({ ...gauge, registers: [registry] })

  const app = express().get('/metrics', async (_req, res) => {
    age.reset()
    for (const one of guard.health().applications) age.set({ app: one.appId, state: one.state }, one.age ?? Number.NaN)
    res.type(registry.contentType).send(await registry.metrics())
  })
  app.use(guard)
  app.get('/me', (req, res) => void res.json(identityOf(req)))
  const mayDelete = guard.require({ action: 'book:delete', resource: (req) => `book:${req.params['id']}` })
  app.delete('/books/:id', mayDelete, (_req, res) => void res.sendStatus(204))
  return app.use(authingErrorHandler)
}
