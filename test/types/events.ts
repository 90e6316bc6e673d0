// Compiled, never run: what a developer writes who listens.
import { subscribe } from 'node:diagnostics_channel'
import { createGuard, type GuardEvent, type GuardMessage, type Misuse, type Reason } from 'authing-guard'

const issuer = 'https://my-app.authing.cn/oidc'
const appId = '5f17a529f64fb009b794a2ff'

// FITS
function label(event: GuardEvent): string {
  switch (event.type) {
    case 'verified':
      return event.remembered ? event.kind : event.tokenType
    case 'refused':
      return (event.reason satisfies Reason) + event.status + event.detail
    case 'keys_refreshed':
      return event.rotated ? [...event.added, ...event.removed].join() : event.appId
    case 'keys_failed':
      if (event.bound satisfies 'outage' | 'bad_answers') return `${event.servesUntil ?? (0 satisfies number)}`
      return event.state satisfies 'fresh' | 'stale' | 'unavailable'
    case 'decided':
      return event.action ?? (event.hook satisfies 'checkPermission' | 'hasRole')
    case 'introspected':
      return `${event.active}`
    case 'introspection_failed':
    case 'store_failed':
    case 'store_rejected':
      return event.error
    case 'revoked':
      return event.what
    case 'webhook_received':
      return (event.result satisfies 'revoked' | 'forgotten' | 'ignored' | 'repeated' | 'refused') + event.detail
    case 'observed':
      return event.wouldHave === 'refused' ? event.reason : event.wouldHave
    case 'misused':
      return (event.misuse satisfies Misuse) + event.advice
    case 'anonymous':
    case 'observation_ended':
      return event.type
    default:
      return event satisfies never
  }
}
createGuard({ issuer, appId, onEvent: (event) => console.log(label(event)) })
createGuard({ issuer, appId, onEvent: async (event) => void label(event) })
subscribe('authing-guard', (message) => {
  const { guard, event } = message as GuardMessage
  console.log(guard.applications[0]?.appId, guard.userPoolId, label(event))
})
createGuard({ issuer, appId }).observe({ until: '2026-01-31' }).authenticate(null, {}).then()

// DOES NOT COMPILE
createGuard({
  issuer,
  appId,
  onEvent: (event) => {
    // @ts-expect-error there is no such type
    if (event.type === 'accepted') console.log(event)
    // @ts-expect-error which members there are depends on the type
    console.log(event.reason)
    // @ts-expect-error nobody changes what happened
    event.type = 'refused'
    // @ts-expect-error who would have passed has no reason
    if (event.type === 'observed' && event.wouldHave === 'passed') console.log(event.reason)
  },
})
