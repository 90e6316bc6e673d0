// @ts-check
// An Express API with metrics for Prometheus at /metrics: requests, decisions, failures, keys and the store. Labels come
// from fixed lists and your configuration: none contains a user, a token or an address.
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/express'
import express from 'express'
import { Counter, Gauge, Registry } from 'prom-client'

/** @param {import('authing-guard/express').GuardOptions} options the guard's, with a checkPermission */
export function createApp(options) {
  const registry = new Registry()
  /** @param {string} name @param {string} help @param {string[]} labelNames */
  const of = (name, help, labelNames) => ({ name: `authing_guard_${name}`, help, labelNames, registers: [registry] })
  const requests = new Counter(of('requests_total', 'Requests', ['verdict', 'reason']))
  const decisions = new Counter(of('decisions_total', 'Answers of permission hooks', ['hook', 'allowed']))
  const fetches = new Counter(of('keys_fetches_total', 'Fetches of keys', ['app', 'outcome']))
  const failed = new Counter(of('failures_total', 'Of introspection and the store', ['type', 'operation']))
  const age = new Gauge(of('keys_age_seconds', 'Age of the keys', ['app', 'state']))
  const up = new Gauge(of('store_up', 'Whether the last call of the store worked', ['operation']))
  /** @param {import('authing-guard').GuardEvent} event */
  const onEvent = (event) => {
    if (event.type === 'verified' || event.type === 'anonymous') requests.inc({ verdict: event.type })
    else if (event.type === 'refused') requests.inc({ verdict: 'refused', reason: event.reason })
    else if (event.type === 'decided') decisions.inc({ hook: event.hook, allowed: `${event.allowed}` })
    else if (event.type === 'keys_refreshed') fetches.inc({ app: event.appId, outcome: 'refreshed' })
    else if (event.type === 'keys_failed') fetches.inc({ app: event.appId, outcome: event.state })
    else if ('error' in event) failed.inc({ type: event.type, operation: 'operation' in event ? event.operation : '' })
  }
  const guard = authingGuard({ ...options, onEvent })
  const app = express().get('/metrics', async (_req, res) => {
    age.reset()
    const { applications, store = {} } = guard.health()
    for (const one of applications) age.set({ app: one.appId, state: one.state }, one.age ?? Number.NaN)
    for (const [operation, state] of Object.entries(store)) up.set({ operation }, Number(state === 'up'))
    res.type(registry.contentType).send(await registry.metrics())
  })
  app.use(guard).get('/me', (req, res) => void res.json(identityOf(req)))
  const mayDelete = guard.require({ action: 'book:delete', resource: (req) => `book:${req.params['id']}` })
  return app.delete('/books/:id', mayDelete, (_req, res) => void res.sendStatus(204)).use(authingErrorHandler)
}
