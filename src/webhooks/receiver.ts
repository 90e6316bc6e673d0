import { digestOf } from '#signature'
import { jsonText } from '../common/claims.js'
import { isGuardError } from '../common/errors.js'
import { Lru } from '../common/lru.js'
import { SingleFlight } from '../common/single-flight.js'
import type { AnyGuard } from '../guard/contract.js'
import { cancelsWorkAfterResponse } from '../guard/environment.js'
import type { Settings } from '../guard/settings.js'
import type { WebhookReceivedEvent } from '../telemetry/events.js'
import { Answer, refused } from './answer.js'
import { dataOf, eventNameOf, taskOf, type WebhookTask } from './event.js'
import { readBody, type WebhookRequest } from './request.js'
import { isSecret } from './secret.js'

/** What a receiver takes from the options. */
export interface ReceiverSettings {
  readonly secrets: readonly string[]
  /** All headers in which the secret may be. */
  readonly headers: readonly string[]
  readonly userPoolId: string
}

/** Seconds in which the same body is done once. */
const repeatSeconds = 600
/** Bodies that are remembered for that. */
const maxRemembered = 10_000
/** Seconds after which an event that has not been answered counts as lost. */
const abandonAfter = 30
/** Users of one event that are revoked at the same time. */
const concurrency = 50
/** Users of all events that are being revoked. What comes beyond is told to come again. */
const maxInProgress = 5000

const tryAgain = { 'Retry-After': '1' }

type Result = WebhookReceivedEvent['result']

/** Receives the webhooks of one user pool: checks who sent them, and does what they ask for. */
export class WebhookReceiver {
  /** When a body was done, by its digest, in milliseconds. */
  readonly #done = new Lru<string, number>({ maxEntries: maxRemembered, maxWeight: maxRemembered, weightOf: () => 1 })
  readonly #flights: SingleFlight<Answer>
  readonly #now: () => number
  #inProgress = 0

  constructor(
    private readonly guard: AnyGuard,
    private readonly settings: Settings,
    private readonly webhook: ReceiverSettings,
  ) {
    this.#now = settings.verify.now
    this.#flights = new SingleFlight({ now: this.#now, isShared: !cancelsWorkAfterResponse(), abandonAfter })
  }

  async receive(request: WebhookRequest): Promise<Answer> {
    if (request.method !== 'POST') return this.#refuse(refused(405, 'a webhook is a POST request', { Allow: 'POST' }))
    const { headers, secrets, userPoolId } = this.webhook
    const sent = headers.map(request.header).filter((value) => value !== undefined)
    if (!(await isSecret(sent, secrets))) return this.#refuse(refused(401, 'the webhook secret is missing or wrong'))
    if ((request.header('x-authing-userpool-id') ?? userPoolId) !== userPoolId) {
      return this.#refuse(refused(400, 'x-authing-userpool-id names another user pool'))
    }
    const body = await readBody(request)
    if (body instanceof Answer) return this.#refuse(body)
    const eventName = eventNameOf(body)
    if (eventName === undefined) return this.#refuse(refused(400, 'eventName is missing or not a name'))
    const task = taskOf(eventName, dataOf(body), userPoolId)
    if (typeof task === 'string') return this.#refuse(refused(400, task), eventName)
    if (!this.#concerns(task)) return this.#answer(eventName, 'ignored')
    const text = jsonText(body)
    if (text === undefined) return this.#refuse(refused(400, 'the body is nested too deep'), eventName)
    const digest = await digestOf(text)
    if (this.#isRepeated(digest)) return this.#answer(eventName, 'repeated')
    return this.#flights.run(digest, () => this.#perform(task, eventName, digest))
  }

  /** Whether there is anything to do here. */
  #concerns(task: WebhookTask): boolean {
    if (task.kind !== 'revoke' || task.appId === undefined) return task.kind !== 'ignore'
    return this.settings.verify.applications.some(({ appId }) => appId === task.appId)
  }

  #isRepeated(digest: string): boolean {
    const age = this.#now() - (this.#done.get(digest) ?? Number.NEGATIVE_INFINITY)
    return age >= 0 && age < repeatSeconds * 1000
  }

  async #perform(task: WebhookTask, eventName: string, digest: string): Promise<Answer> {
    if (task.kind === 'revoke') {
      const failure = await this.#revoke(task.userIds, task.appId)
      if (failure !== undefined) return this.#refuse(failure, eventName)
    } else {
      this.guard.forget({ everyone: true })
    }
    this.#done.set(digest, this.#now())
    return task.kind === 'revoke'
      ? this.#answer(eventName, 'revoked', task.userIds.length)
      : this.#answer(eventName, 'forgotten')
  }

  /** Revokes all tokens that were issued until now. Undefined where the store has accepted every revocation. */
  async #revoke(userIds: readonly string[], appId: string | undefined): Promise<Answer | undefined> {
    if (this.#inProgress + userIds.length > maxInProgress) return refused(503, 'too many events at once', tryAgain)
    this.#inProgress += userIds.length
    const waiting = userIds.values()
    let failure: Answer | undefined
    const worker = async () => {
      for (const userId of waiting) {
        try {
          await this.guard.revoke({ userId, ...(appId !== undefined && { appId }) })
        } catch (error) {
          if (!isGuardError(error)) throw error
          failure = refused(503, 'the store did not accept every revocation', error.headers)
        }
      }
    }
    try {
      await Promise.all(Array.from({ length: Math.min(concurrency, userIds.length) }, worker))
    } finally {
      this.#inProgress -= userIds.length
    }
    return failure
  }

  #answer(eventName: string, result: Exclude<Result, 'refused'>, users = 0): Answer {
    this.#emit({ eventName, result, users, status: 200, detail: undefined })
    return new Answer(200, { result })
  }

  #refuse(answer: Answer, eventName?: string): Answer {
    const { status, body } = answer
    const detail = String(body['error_description'])
    this.settings.developmentLog?.note({ status, reason: 'webhook', detail }, undefined)
    this.#emit({ eventName, result: 'refused', users: 0, status, detail })
    return answer
  }

  #emit(event: Omit<WebhookReceivedEvent, 'type'>): void {
    this.settings.events.emit({ type: 'webhook_received', ...event })
  }
}
