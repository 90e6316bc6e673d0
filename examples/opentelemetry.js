// @ts-check
// Metrics of all guards of a process for OpenTelemetry, by the channel that they publish on: nothing is passed to
// them. Attributes come from fixed lists and your configuration: none contains a user, a token or an address.
import { subscribe } from 'node:diagnostics_channel'

/**
 * `measureGuards(metrics.getMeter('authing-guard'), guard)`, with `metrics` of `@opentelemetry/api`.
 *
 * @param {import('@opentelemetry/api').Meter} meter
 * @param {Pick<import('authing-guard').Guard, 'health'>} guard whose keys are looked at with each collection
 */
export function measureGuards(meter, guard) {
  const requests = meter.createCounter('authing_guard.requests', { description: 'Requests by verdict' })
  const decisions = meter.createCounter('authing_guard.decisions', { description: 'Answers of permission hooks' })
  const fetches = meter.createCounter('authing_guard.keys.fetches', { description: 'Fetches of keys' })

  /** @param {import('authing-guard').GuardEvent} event */
  const count = (event) => {
    if (event.type === 'verified') requests.add(1, { verdict: event.type, kind: event.kind, token: event.tokenType })
    else if (event.type === 'anonymous') requests.add(1, { verdict: event.type })
    else if (event.type === 'refused') requests.add(1, { verdict: event.type, reason: event.reason })
    else if (event.type === 'decided') decisions.add(1, { hook: event.hook, allowed: event.allowed })
    else if (event.type === 'keys_refreshed') fetches.add(1, { app: event.appId, outcome: 'refreshed' })
    else if (event.type === 'keys_failed') fetches.add(1, { app: event.appId, outcome: event.state })
  }
  subscribe('authing-guard', (message) => {
    count(/** @type {import('authing-guard').GuardMessage} */ (message).event)
  })

  const age = meter.createObservableGauge('authing_guard.keys.age', { unit: 's', description: 'Age of the keys' })
  age.addCallback((result) => {
    for (const { appId, state, age: seconds } of guard.health().applications) {
      if (seconds !== undefined) result.observe(seconds, { app: appId, state })
    }
  })
}
