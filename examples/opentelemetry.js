// @ts-check
// Metrics of all guards of a process for OpenTelemetry, by the channel that they publish on: nothing is passed to
// them. Attributes come from fixed lists and your configuration: none contains a user, a token or an address.
import { subscribe } from 'node:diagnostics_channel'
/**
 * `measureGuards(metrics.getMeter('authing-guard'), guard)`, with `metrics` of `@opentelemetry/api`.
 * @param {import('@opentelemetry/api').Meter} meter
 * @param {Pick<import('authing-guard').Guard, 'health'>} guard whose keys and store are looked at with each collection
 */
export function measureGuards(meter, guard) {
  const requests = meter.createCounter('authing_guard.requests', { description: 'Requests by verdict' })
  const decisions = meter.createCounter('authing_guard.decisions', { description: 'Answers of permission hooks' })
  const fetches = meter.createCounter('authing_guard.keys.fetches', { description: 'Fetches of keys' })
  const fails = meter.createCounter('authing_guard.failures', { description: 'Of introspection and the store' })
  /** @param {import('authing-guard').GuardEvent} event */
  const count = (event) => {
    if (event.type === 'verified') requests.add(1, { verdict: event.type, kind: event.kind, token: event.tokenType })
    else if (event.type === 'anonymous') requests.add(1, { verdict: event.type })
    else if (event.type === 'refused') requests.add(1, { verdict: event.type, reason: event.reason })
    else if (event.type === 'decided') decisions.add(1, { hook: event.hook, allowed: event.allowed })
    else if (event.type === 'keys_refreshed') fetches.add(1, { app: event.appId, outcome: 'refreshed' })
    else if (event.type === 'keys_failed') fetches.add(1, { app: event.appId, outcome: event.state })
    else if ('error' in event)
      fails.add(1, { type: event.type, operation: 'operation' in event ? event.operation : '' })
  }
  subscribe('authing-guard', (message) => {
    count(/** @type {import('authing-guard').GuardMessage} */ (message).event)
  })
  const age = meter.createObservableGauge('authing_guard.keys.age', { unit: 's', description: 'Age of the keys' })
  const up = meter.createObservableGauge('authing_guard.store.up', { description: 'Whether its last call worked' })
  /** @param {import('@opentelemetry/api').BatchObservableResult} result */
  const observe = (result) => {
    const { applications, store = {} } = guard.health()
    for (const { appId, state, age: seconds } of applications)
      if (seconds !== undefined) result.observe(age, seconds, { app: appId, state })
    for (const [operation, state] of Object.entries(store)) result.observe(up, Number(state === 'up'), { operation })
  }
  meter.addBatchObservableCallback(observe, [age, up])
}
