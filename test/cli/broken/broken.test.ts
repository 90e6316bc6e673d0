import { type ApplicationOptions, createGuard, GuardError, type GuardOptions } from 'authing-guard'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Explanation, explain } from '../../../src/cli/explain/explain.js'
import { textsIn } from '../../../src/cli/language/texts.js'
import type { Fetch } from '../../../src/common/http.js'
import { leakIn, secretsOf } from '../../support/leaks.js'
import { formRows } from './form.js'
import { meaningRows } from './meaning.js'
import { proofRows } from './proof.js'
import { openWorld, type World } from './world.js'

const rows = [...formRows, ...proofRows, ...meaningRows]
const languages = ['en', 'zh'] as const
const shown = { en: new Set<string>(), zh: new Set<string>() }
let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

afterEach(() => {
  vi.unstubAllEnvs()
})

describe.each(rows)('for $broken', ({ ask, reason, check, en, zh }) => {
  test.each(languages)('explain names the true cause and the fix in %s', async (language) => {
    const { token, options, now, poolSecrets, production } = await ask(world)
    if (production) vi.stubEnv('NODE_ENV', 'production')
    const asked: string[] = []
    const watching: Fetch = (url, init) => {
      asked.push(new URL(url).origin)
      return fetch(url, init)
    }
    const settings = { language, ...(now && { now }), ...(poolSecrets && { poolSecrets }) }
    const explanation = await explain(token, { fetch: watching, ...options }, settings)
    const [cause, fix] = language === 'en' ? en : zh
    expect(explanation.cause).toMatch(cause)
    expect(explanation.fix).toMatch(fix)
    expect(explanation.reason).toBe(reason)
    expect(explanation.accepted).toBe(check === undefined)
    expect(explanation.checks.find(({ state }) => state === 'failed')?.name).toBe(check)
    shown[language].add(nameOf(explanation, language))

    // Requests go only to addresses in the options, whatever the token says.
    expect(asked.filter((origin) => !originsOf(options).includes(origin))).toEqual([])
    const secrets = secretsOf(token, ...[world.hs.appSecret, world.pool.jwtSecret, world.pool.userPoolSecret])
    const people = [world.pool, world.shared].flatMap(({ users }) => users.map(({ id }) => id))
    const long = secrets.filter((text) => text.length > 20)
    expect(leakIn(JSON.stringify(explanation), [...long, ...people])).toBeUndefined()
    if (check !== 'options') expect(await verdictOf(token, { ...options, ...(now && { now }) })).toBe(reason)
  })
})

/** The verdict of a guard: a reason, or undefined if it accepts. */
async function verdictOf(token: string, options: GuardOptions): Promise<string | undefined> {
  const guard = createGuard(options)
  const header = token.replace(/^Authorization: /, '')
  const isHeader = header !== token || /^\w+ /.test(token)
  try {
    await (isHeader ? guard.authenticate(header) : guard.verifyToken(token))
    return undefined
  } catch (error) {
    return error instanceof GuardError ? error.reason : String(error)
  }
}

function originsOf(options: GuardOptions): readonly string[] {
  const applications: readonly (ApplicationOptions | GuardOptions)[] = options.apps ?? [options]
  const addresses = applications.flatMap(({ issuer, jwksUri }) => [issuer ?? [], jwksUri ?? []].flat(2))
  return addresses.map((address) => new URL(address).origin)
}

/** Finds the cause of a sentence: the words between the slots must occur in order. */
function nameOf({ cause = '', fix = '' }: Explanation, language: 'en' | 'zh'): string {
  const causes = Object.entries(textsIn(language).causes)
  const found = causes.find(([, one]) => fits(one.cause, cause) && fits(one.fix, fix))
  return found?.[0] ?? ''
}

function fits(template: string, text: string): boolean {
  const pattern = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.join('.*')}`, 's').test(text)
}

test('the table of broken configurations has a row for every cause of explain', () => {
  for (const language of languages) {
    // No row of the table leads to the causes of status checks and to `other`.
    const known = Object.keys(textsIn(language).causes).filter((name) => !/^(?:standing|other$)/.test(name))
    expect(known.filter((name) => !shown[language].has(name))).toEqual([])
  }
})
