import { accessChecks } from './access-checks.js'
import { type Check, tokenChecks } from './token-checks.js'

/**
 * Every check that can refuse a request: its reason, and the text for the developer's log, made of typed parameters.
 * Parameters hold no token, no secret and no personal claim. Of a token only iss, aud, azp, alg, kid, typ and times are
 * parameters, under these names: `quote.ts` goes by them.
 */
export const checks = { ...tokenChecks, ...accessChecks } as const satisfies Readonly<Record<string, Check>>

/** The name of a check. New ones may come with a minor version: `Reason` is the closed list to count by. */
export type CheckName = keyof typeof checks

/** What a check says besides its name. */
export type CheckParams<Name extends CheckName> =
  Parameters<(typeof checks)[Name]['detail']> extends [infer Params] ? Readonly<Params> : Readonly<Record<never, never>>

/** A check that failed, with what it found, for structured logs: values out of a token are cut to 64 characters. */
export type FailedCheck = {
  readonly [Name in CheckName]: {
    readonly name: Name
    /** Set where the issuer's introspection reply was checked, and not the token itself. */
    readonly source?: 'introspection_reply'
  } & CheckParams<Name>
}[CheckName]
