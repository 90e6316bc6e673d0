import type { FailedCheck } from '../../common/checks.js'
import { type ConfigFault, configFaultOf } from '../../common/config-error.js'
import { GuardError, type Reason } from '../../common/errors.js'
import { trialGuard } from '../../guard/guard.js'
import type { GuardOptions } from '../../guard/options.js'
import type { Input } from './input.js'
import { type FailedStep, stepOf } from './steps.js'

/** Why a guard refused a token. */
export interface Refused {
  readonly reason: Reason
  readonly check: FailedCheck
  readonly detail: string
}

/** The verdict of a guard about a token. */
export type Outcome =
  | { readonly accepted: true; readonly failed?: undefined; readonly refused?: undefined }
  | { readonly accepted: false; readonly failed: FailedStep; readonly refused: Refused; readonly fault?: undefined }
  /** The options make no guard. */
  | { readonly accepted: false; readonly failed: 'options'; readonly refused?: undefined; readonly fault: ConfigFault }

/** Asks a real guard of these options: the one and only source of a verdict. */
export async function attempt({ text, isHeader }: Input, options: GuardOptions): Promise<Outcome> {
  try {
    // About the token alone: an anonymous caller is refused, and a trial emits no events.
    const guard = trialGuard({ ...options, credentials: 'required', tokenCache: false, onEvent: undefined })
    await (isHeader ? guard.authenticate(text) : guard.verifyToken(text))
    return { accepted: true }
  } catch (error) {
    const fault = configFaultOf(error)
    if (fault !== undefined) return { accepted: false, failed: 'options', fault }
    if (!(error instanceof GuardError)) throw error
    const { reason, check, detail } = error
    return { accepted: false, failed: stepOf[check.name], refused: { reason, check, detail } }
  }
}
