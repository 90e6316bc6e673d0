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
        "200 An older SDK's user.token",
        "200 A machine whose access key is in accessKeys",
        "200 An access token with the scope",
        "403 An id token there: it grants no scope",
        "401 An expired token",
        "200 The token of a user",
        "401 The same token after "block this user"",
        "401 A forged token: alg is none",
        "503 A good token, while Authing is down and no keys are there yet",
      ]
    `)
    expect(printed).toMatch(/Ctrl\+C/)
  })

  test('prints no line that is wider than a terminal', () => {
    expect(printed.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('prints lines for PowerShell on request', async () => {
    let text = ''
    const other = await startDemo({ port: '0', print: (line) => (text += `${line}\n`), isPowerShell: true })
    await other.close()
    expect(text).toMatch(/^\$TOKEN = curl\.exe -s http:\/\/127\.0\.0\.1:\d+\/id$/m)
    expect(text).toMatch(/^curl\.exe -i -H "Authorization: Bearer \$TOKEN" http:\/\/127\.0\.0\.1:\d+\/me$/m)
  })

  test('hands out no token under another host name, and none that it does not have', async () => {
    const address = new URL(/http:\S+(?=\/id\))/.exec(printed)?.[0] ?? '')
    expect((await fetch(new URL('/nobody', address))).status).toBe(404)
    expect((await fetch(new URL('/id', `http://localhost:${address.port}`)).catch(() => undefined))?.status).not.toBe(
      200,
    )
  })

  test('each printed line answers what is said above it', async () => {
    for (const { status, who, says, lines } of callersIn(printed)) {
      const answer = await paste(lines)
      expect(answer, who).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(answer, who).toContain(says)
    }
  })

  test('the same without curl', async () => {
    // Another one: the first has blocked its user.
    let text = ''
    const other = await startDemo({ port: '0', print: (line) => (text += `${line}\n`) })
    for (const { status, says, lines } of callersIn(text)) {
      const answer = await paste(lines.replaceAll('curl', 'no-such-curl'))
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(answer).toContain(says)
    }
    await other.close()
  })

  test('takes a free port where 3000 is taken, and says so', async () => {
    const other = createServer().listen(3000, '127.0.0.1')
    // Somebody else may have it: it is taken then as well.
    other.on('error', () => {})
    let text = ''
    const second = await startDemo({ print: (line) => (text += `${line}\n`) })
    expect(text).toMatch(/^Port 3000 cannot be used \(EADDRINUSE\), so here is another one\.$/m)
    expect(text).toMatch(/listens on http:\/\/127\.0\.0\.1:(?!3000\b)\d+/)
    await second.close()
    other.close()
  })

  test('takes no other port than the one that PORT names, and says why it cannot', async () => {
    const taken = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1]
    const start = startDemo({ port: taken, print: () => {} })
    await expect(start).rejects.toThrow(`Port ${taken} cannot be used (EADDRINUSE). Choose another one: PORT=3001`)
  })

  test.each(['abc', '-1', '65536', '3000.5', ' '])('says what PORT must be, where it is %j', async (port) => {
    const start = startDemo({ port, print: () => {} })
    await expect(start).rejects.toThrow(`PORT must be a whole number from 0 to 65535, not ${JSON.stringify(port)}`)
  })
})
