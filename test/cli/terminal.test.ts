import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.js'
import { type Host, Interrupted, terminal } from '../../src/cli/terminal.js'

/** A fake process. */
function machine({ isTTY = false, columns, env = {} }: { isTTY?: boolean; columns?: number; env?: Host['env'] } = {}) {
  const written = { out: '', err: '' }
  const raw: boolean[] = []
  const signals = new Map<string, () => void>()
  const stdin = Object.assign(new PassThrough(), {
    ...(isTTY && { isTTY }),
    setRawMode: (mode: boolean) => raw.push(mode),
  })
  const host: Host = {
    stdin,
    stdout: {
      ...(isTTY && { isTTY }),
      ...(columns !== undefined && { columns }),
      write: (text) => {
        written.out += text
      },
    },
    stderr: {
      write: (text) => {
        written.err += text
      },
    },
    env,
    once: (signal, listener) => signals.set(signal, listener),
  }
  return { host, stdin, written, raw, signals }
}

describe('the terminal', () => {
  test('writes to both outputs and reads all of standard input', async () => {
    const { host, stdin, written } = machine()
    const io = terminal(host)
    io.out('to out')
    io.err('to err')
    expect(written).toEqual({ out: 'to out', err: 'to err' })
    expect(io.isTerminal).toBe(false)
    stdin.write('Bearer ')
    stdin.end('token\n')
    expect(await io.readAll()).toBe('Bearer token\n')
  })

  test('has colours and a width if the output is a terminal', () => {
    const { env, isTerminal } = terminal(machine({ isTTY: true, columns: 120, env: { LANG: 'zh_CN' } }).host)
    expect(isTerminal).toBe(true)
    expect(env).toEqual({ LANG: 'zh_CN', COLUMNS: '120' })
  })

  test('has no colours if the output is not a terminal, unless they are forced', () => {
    expect(terminal(machine().host).env).toEqual({ NO_COLOR: '1' })
    expect(terminal(machine({ env: { FORCE_COLOR: '1' } }).host).env).toEqual({ FORCE_COLOR: '1' })
  })

  test('sets variables of the process, except those that are set', () => {
    const { host } = machine({ env: { LANG: 'zh_CN', EMPTY: '' } })
    terminal(host).setEnv({ LANG: 'en', EMPTY: 'x', NEW: 'y' })
    expect(host.env).toEqual({ LANG: 'zh_CN', EMPTY: '', NEW: 'y' })
  })

  test('listens to signals only after `stopped` was read', async () => {
    const { host, signals } = machine()
    const io = terminal(host)
    expect(signals.size).toBe(0)
    const stopped = io.stopped
    expect(io.stopped).toBe(stopped)
    signals.get('SIGTERM')?.()
    await expect(stopped).resolves.toBeUndefined()
    const other = machine()
    const interrupted = terminal(other.host).stopped
    other.signals.get('SIGINT')?.()
    await expect(interrupted).resolves.toBeUndefined()
  })
})

describe('a hidden prompt', () => {
  test('reads a line of any length and echoes nothing', async () => {
    const { host, stdin, written, raw } = machine({ isTTY: true })
    const answer = terminal(host).ask('Token: ')
    const token = 'x'.repeat(8000)
    stdin.write(token.slice(0, 5000))
    stdin.write(`${token.slice(5000)}y\u007f\r`)
    expect(await answer).toBe(token)
    expect(written).toEqual({ out: '', err: 'Token: \n' })
    expect(raw).toEqual([true, false])
  })

  test('can be asked twice', async () => {
    const { host, stdin } = machine({ isTTY: true })
    const io = terminal(host)
    for (const word of ['one', 'two']) {
      const answer = io.ask('? ')
      stdin.write(`${word}\n`)
      expect(await answer).toBe(word)
    }
  })

  test.each([['\u0003'], ['\u0004']])('rejects at Ctrl-C and Ctrl-D: %j', async (key) => {
    const { host, stdin } = machine({ isTTY: true })
    const answer = terminal(host).ask('? ')
    stdin.write(key)
    await expect(answer).rejects.toBeInstanceOf(Interrupted)
  })

  test('that is interrupted ends the command with exit code 130', async () => {
    const { host, stdin, written } = machine({ isTTY: true, env: { NO_COLOR: '1', LANG: 'en' } })
    const stderr = {
      write: (text: string) => {
        host.stderr.write(text)
        if (/Token or Authorization header/.test(text)) stdin.write('\u0003')
      },
    }
    const whose = ['--issuer', 'https://a.example.com/oidc', '--app-id', 'a']
    expect(await main(['explain', ...whose], terminal({ ...host, stderr }))).toBe(130)
    expect(written.err).toMatch(/\nInterrupted\.\n$/)
  })
})
