import { isJson, parseJson } from '../../testing/jws.js'
import { maxDetail, maxReports, outcomes, type RequestReport } from '../../testing/report/request-report.js'

/** How many requests are kept. */
const limit = 100
/** Milliseconds: a request takes no longer. */
const longest = 86_400_000

/** A request to the developer's API, as the page shows it. */
export interface ApiRequest extends RequestReport {
  readonly number: number
  /** When the report came, in milliseconds since 1970. */
  readonly at: number
}

/** The last requests to the API, as `authing-guard/testing/report` reported them, oldest first. */
export class ApiLog {
  #entries: readonly ApiRequest[] = []
  #count = 0

  get entries(): readonly ApiRequest[] {
    return this.#entries
  }

  add(reports: readonly RequestReport[], at: number): void {
    const added = reports.map((report) => {
      this.#count += 1
      return { ...report, number: this.#count, at }
    })
    this.#entries = [...this.#entries, ...added].slice(-limit)
  }

  clear(): void {
    this.#entries = []
  }
}

const matches = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value)

const isWithin = (value: unknown, min: number, max: number): value is number =>
  Number.isInteger(value) && Number(value) >= min && Number(value) <= max

/** One report, its members copied one by one; undefined if it is not one, and where it has anything else in it. */
function readReport(value: unknown): RequestReport | undefined {
  if (!isJson(value)) return undefined
  const { method, status, outcome: given, reason, detail, ms, ...rest } = value
  const outcome = outcomes.find((name) => name === given)
  if (outcome === undefined || Object.keys(rest).length > 0) return undefined
  if (!matches(method, /^[A-Z-]{1,20}$/) || !isWithin(status, 100, 599) || !isWithin(ms, 0, longest)) return undefined
  const report = { method, status, outcome, ms }
  if (outcome !== 'refused' && outcome !== 'would_refuse') {
    return reason === undefined && detail === undefined ? report : undefined
  }
  // The reasons of another version of the package are shown too, without advice.
  if (!matches(reason, /^[a-z_]{1,40}$/) || typeof detail !== 'string' || detail.length > maxDetail) return undefined
  return { ...report, reason, detail }
}

/** The reports in a message: `{ requests: [...] }`. Undefined if the message or any report in it is not valid. */
export function readReports(body: string): readonly RequestReport[] | undefined {
  const { requests, ...rest } = parseJson(body) ?? {}
  if (!Array.isArray(requests) || requests.length > maxReports || Object.keys(rest).length > 0) return undefined
  const reports = requests.flatMap((one: unknown) => readReport(one) ?? [])
  return reports.length === requests.length ? reports : undefined
}
