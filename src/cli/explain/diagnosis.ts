import type { Reason } from '../../common/errors.js'
import { because, type Diagnosis, type Say } from '../language/phrases.js'
import type { Refused } from './attempt.js'
import type { Case } from './case.js'
import { algorithmCause, headerCause, shapeCause } from './form.js'
import { issuerCause } from './issuer.js'
import { unavailableCause, unknownKeyCause } from './key.js'
import { admissionCause, audienceCause, claimsCause } from './meaning.js'
import { optionsCause } from './options.js'
import { signatureCause } from './signature.js'
import { timesCause } from './times.js'

type Finder = (given: Case, refused: Refused, say: Say) => Diagnosis | Promise<Diagnosis>

/** For refusals by a requirement, which a token alone never gets. */
const otherCause: Finder = (_, { reason, detail }) => because('other', { reason, detail })

/** Finds the cause of a refusal. */
const finders: Readonly<Record<Reason, Finder>> = {
  missing_token: headerCause,
  invalid_request: headerCause,
  malformed_token: shapeCause,
  encrypted_token: shapeCause,
  unknown_issuer: issuerCause,
  wrong_algorithm: algorithmCause,
  unknown_key: unknownKeyCause,
  bad_signature: signatureCause,
  expired_token: timesCause,
  not_yet_valid: timesCause,
  wrong_audience: audienceCause,
  wrong_claim: claimsCause,
  not_admitted: admissionCause,
  keys_unavailable: unavailableCause,
  inactive_token: () => because('standingInactive'),
  revoked_token: () => because('standingRevoked'),
  introspection_unavailable: (_, { detail: error }) => because('standingOnline', { error }),
  revocation_unavailable: (_, { detail: error }) => because('standingHook', { error }),
  store_unavailable: (_, { detail: error }) => because('standingStore', { error }),
  insufficient_scope: otherCause,
  permission_denied: otherCause,
  permission_unavailable: otherCause,
}

/** Why the guard said no. */
export async function diagnose(given: Case, say: Say): Promise<Diagnosis | undefined> {
  const { outcome } = given
  if (outcome.accepted) return undefined
  const { refused } = outcome
  return refused === undefined ? optionsCause(outcome.fault) : finders[refused.reason](given, refused, say)
}
