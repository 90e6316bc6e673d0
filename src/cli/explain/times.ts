import { own } from '../../common/claims.js'
import { because, type Diagnosis, type Say } from '../language/phrases.js'
import { attempt, type Refused } from './attempt.js'
import type { Case } from './case.js'

/** Seconds from which on clocks count as different: what a guard forgives. */
const noticeable = 30

/** `expired_token` and `not_yet_valid`. */
export async function timesCause(given: Case, { check }: Refused, say: Say): Promise<Diagnosis> {
  const { input, options, claims, now } = given
  const ahead = await clockOf(given)
  if (Math.abs(ahead) >= noticeable) {
    const { failed } = await attempt(input, { ...options, now: () => now - ahead * 1000 })
    if (failed !== 'times') {
      const direction = say(ahead > 0 ? 'ahead' : 'behind')
      return because('timesClock', { difference: spanOf(Math.abs(ahead), say), direction })
    }
  }
  const time = (name: string) => timeOf(own(claims, name))
  if (check.name === 'iat_too_old') {
    return because('timesTooOld', { iat: time('iat'), seconds: Number(options.maxTokenAge), exp: time('exp') })
  }
  const early = check.name === 'nbf_ahead' ? 'nbf' : check.name === 'iat_ahead' ? 'iat' : undefined
  if (early !== undefined) return because('timesEarly', { claim: early, time: time(early), now: timeOf(now / 1000) })
  const exp = Number(own(claims, 'exp'))
  const ago = say('ago', { time: spanOf(now / 1000 - exp, say) })
  return because('timesExpired', { exp: timeOf(exp), now: timeOf(now / 1000), ago })
}

/** Seconds that this machine is ahead of the issuer; 0 where the issuer does not say. */
async function clockOf({ watch, applications: [application] }: Case): Promise<number> {
  const [issuer] = application?.issuers ?? []
  if (watch.ahead === undefined && issuer !== undefined) await watch.discovery(issuer)
  return watch.ahead ?? 0
}

/** Seconds since the epoch, in UTC. */
export function timeOf(seconds: unknown): string {
  if (typeof seconds !== 'number' || Math.abs(seconds) > 8.64e12) return '?'
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A span of time, rounded to what one would say. */
export function spanOf(seconds: number, say: Say): string {
  if (seconds < 120) return say('seconds', { count: Math.round(seconds) })
  if (seconds < 7200) return say('minutes', { count: Math.round(seconds / 60) })
  if (seconds < 172_800) return say('hours', { count: Math.round(seconds / 3600) })
  return say('days', { count: Math.round(seconds / 86_400) })
}
