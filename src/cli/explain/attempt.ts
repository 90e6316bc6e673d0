import { own } from '../../common/claims.js'
import { isConfigError } from '../../common/config-error.js'
import { GuardError, type Reason } from '../../common/errors.js'
import { trialGuard } from '../../guard/guard.js'
import type { GuardOptions } from '../../guard/options.js'
import type { Input } from './input.js'
import { peek } from './peek.js'
import { type CheckName, checkOf } from './walk.js'

/** What a guard says to a token. */
export type Outcome =
  | { readonly accepted: true; readonly failed?: undefined }
  | { readonly accepted: false; readonly reason: Reason; readonly detail: string; readonly failed: CheckName }
  /** The options make no guard. */
  | { readonly accepted: false; readonly reason?: undefined; readonly detail: string; readonly failed: 'options' }

/** Asks a real guard of these options: the one and only source of a verdict. */
export async function attempt({ text, token, isHeader }: Input, options: GuardOptions): Promise<Outcome> {
  try {
    // As far as the token goes: an anonymous caller is none, and nobody listens to what is only tried.
    const guard = trialGuard({ ...options, credentials: 'required', tokenCache: false, onEvent: undefined })
    await (isHeader ? guard.authenticate(text) : guard.verifyToken(text))
    return { accepted: true }
  } catch (error) {
    if (isConfigError(error))
      return { accepted: false, detail: error.message.replace(/^authing-guard: /, ''), failed: 'options' }
    if (!(error instanceof GuardError)) throw error
    const { reason, detail } = error
    return { accepted: false, reason, detail, failed: checkOf(reason, detail, isExcluded(token, options)) }
  }
}

/** Whether the algorithms option leaves out what the token says. */
function isExcluded(token: string, { algorithms }: GuardOptions): boolean {
  const { header = {} } = peek(token)
  return algorithms !== undefined && !algorithms.some((algorithm) => algorithm === own(header, 'alg'))
}
