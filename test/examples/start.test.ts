import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDemo } from '../../examples/start/demo.js'
import { callersIn, paste } from './printed.js'

let printed = ''
let demo: Awaited<ReturnType<typeof startDemo>>
beforeAll(async () => {
  demo = await startDemo({ port: '0', print: (line) => (printed += `${line}\n`) })
})
afterAll(() => demo.close())

describe('npm start', () => {
  test('prints a line for each kind of caller, and how to stop', () => {
    expect(callersIn(printed).map(({ status, who }) => `${status} ${who}`)).toMatchInlineSnapshot(`
      [
        "401 No token",
        "200 A user's id token",
        "200 A mini program's user.token",
        "200 A machine whose access key is in accessKeys",
        "200 An access token with the scope",
        "403 An id token there: it grants no scope",
        "401 An expired token",
        "401 A forged token: alg is none",
        "503 A good token, while Authing is down and no keys are there yet",
      ]
    `)
    expect(printed).toMatch(/Ctrl\+C/)
  })

  test('each printed line answers what is said above it', async () => {
    for (const { status, who, says, curl } of callersIn(printed)) {
      const answer = await paste(curl)
      expect(answer, who).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(answer, who).toContain(says)
    }
  })

  test('the same without curl', async () => {
    for (const { status, says, curl } of callersIn(printed)) {
      const answer = await paste(curl.replace('curl', 'no-such-curl'))
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(answer).toContain(says)
    }
  })

  test('takes a free port where 3000 is taken, and no other than the one that PORT names', async () => {
    const other = createServer().listen(3000, '127.0.0.1')
    // Somebody else may have it: it is taken then as well.
    other.on('error', () => {})
    let text = ''
    const second = await startDemo({ print: (line) => (text += line) })
    expect(text).toMatch(/listens on http:\/\/127\.0\.0\.1:(?!3000\b)\d+/)
    await second.close()
    other.close()
    const taken = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1]
    await expect(startDemo({ port: taken, print: () => {} })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
