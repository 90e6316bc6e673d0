import { authRecordOf, identityOf } from '../adapters/shared/auth-record.js'
import { configError } from '../common/config-error.js'
import { admitAnonymous, type Caller, createPipeline, type Pipeline, refuseAnonymous } from '../guard/pipeline.js'
import type { Settings } from '../guard/settings.js'
import { noopEvents } from '../telemetry/events.js'
import { readBearer } from '../token/bearer.js'

/** A caller, and the token that proved who it is. */
export interface ProvenCaller {
  readonly caller: Caller
  readonly token: string
}

const anonymous: ProvenCaller = { caller: undefined, token: '' }

/**
 * Finds out who calls, by the guard's own pipeline: so a token that has expired, or was revoked since the request was
 * admitted, gets no profile, and no other token is sent anywhere. Mostly the guard has all of it cached. Without the
 * requirements of routes and without events, since the request has been through those.
 */
export class Callers {
  readonly #pipeline: Pipeline

  constructor(private readonly settings: Settings) {
    const quiet = { ...settings, events: noopEvents, firstUse: undefined }
    this.#pipeline = createPipeline<Caller>(quiet, settings.admitsAnonymous ? admitAnonymous : refuseAnonymous)
  }

  /**
   * The caller of a request that the guard has admitted, or of an Authorization header.
   *
   * @throws {GuardError} @throws {TypeError} where this guard has not admitted the request.
   */
  async find(given: object | string | null | undefined): Promise<ProvenCaller> {
    if (typeof given !== 'object' || given === null) return this.#ofHeader(given)
    const record = authRecordOf(given)
    // Throws: without a record there is no identity.
    if (record === undefined) return { caller: identityOf(given), token: '' }
    if (record.settings !== this.settings) {
      throw configError('another guard admitted this request: pass createProfiles the guard that does')
    }
    if (record.caller === undefined) return anonymous
    // The credentials that were verified, not what the request holds by now. An adapter's `getToken` goes before.
    if (record.token === '') return this.#ofHeader(record.header)
    return { caller: await this.#pipeline.verifyToken(record.token, given), token: String(record.token) }
  }

  async #ofHeader(header: unknown): Promise<ProvenCaller> {
    const caller = await this.#pipeline.authenticate(header)
    const token = readBearer(header, this.settings.bearerPrefix)
    return typeof token === 'string' ? { caller, token } : anonymous
  }
}
