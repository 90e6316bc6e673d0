import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { publint } from 'publint'
import { beforeAll, describe, expect, test } from 'vitest'
import { root, run } from './pack.js'
import ceilings from './sizes.json' with { type: 'json' }
import { commands, dependencies, linkNest, packed, subpaths } from './tarball.js'

// The tarball, as a user installs it.

const place = packed()
const bin = (name: string) => join(root, 'node_modules', '.bin', name)

describe('the tarball', () => {
  test('has nothing that publint would say a word about', async () => {
    const { buffer } = await readFile(place.tarball)
    const { messages } = await publint({ pack: { tarball: new Uint8Array(buffer).buffer }, strict: true })
    expect(messages).toEqual([])
  })

  test('has types that resolve as its code does: node10, node16 from CJS and ESM, bundler', async () => {
    const { stdout } = await run(
      bin('attw'),
      [place.tarball, '--format', 'ascii', '--no-color', '--no-emoji'],
      place.home,
    )
    expect(stdout).toContain('No problems found')
  })

  test('brings jose and one small LRU with it, and no framework', () => {
    const installed = readdirSync(join(place.consumer, 'node_modules')).filter((name) => !name.startsWith('.'))
    expect(installed.sort()).toEqual(['authing-guard', 'jose', 'lru.min'])
    expect(dependencies.sort()).toEqual(['jose', 'lru.min'])
  })

  test('holds the build, the licence and what there is to read', () => {
    const dist = join(place.consumer, 'node_modules', 'authing-guard')
    expect(readdirSync(dist).sort()).toEqual([
      ...['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'RELEASING.md', 'SECURITY.md'],
      ...['bench', 'dist', 'docs', 'examples', 'package.json'],
    ])
    const files = readdirSync(join(dist, 'dist'), { recursive: true, encoding: 'utf8' })
    const strangers = files.filter(
      (name) => !/^(?:crypto|express|page|testing)$|^page\/|\.(?:c?js|d\.c?ts)$/.test(name),
    )
    expect(strangers).toEqual([])
    const page = files.filter((name) => name.startsWith('page/')).map((name) => name.slice('page/'.length))
    expect(page.sort()).toEqual(readdirSync(join(root, 'src/cli/dev/page')).sort())
  })
})

describe('the command', () => {
  const bin = (...args: readonly string[]) =>
    run(join(place.consumer, 'node_modules', '.bin', 'authing-guard'), args, place.consumer)

  test('runs as it is installed', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect((await bin('--version')).stdout).toBe(`${version}\n`)
    expect((await bin('--help', '--lang', 'en')).stdout).toMatch(/^Usage: npx authing-guard/)
  })

  test('ends with 1 where something is wrong, and 2 where it was not understood', async () => {
    const wrong = bin('doctor', '--issuer', 'https://my-app.authing.cn', '--app-id', 'a', '--json')
    await expect(wrong).rejects.toThrow(/"ok": false/)
    await expect(wrong).rejects.toMatchObject({ cause: { code: 1 } })
    await expect(bin('explain', 'eyJhbGciOiJub25lIn0')).rejects.toMatchObject({ cause: { code: 2 } })
  })

  test('ends with what it had to say, though its options hold a socket open', async () => {
    const options = { issuer: 'https://my-app.authing.cn/oidc', appId: 'a', jwks: { keys: [] } }
    const lines = [
      "import { createServer } from 'node:net'",
      'createServer().listen(0)',
      `export const options = ${JSON.stringify(options)}`,
    ]
    await writeFile(join(place.consumer, 'holding.mjs'), lines.join('\n'))
    const refused = bin('doctor', '--config', 'holding.mjs', '--json')
    await expect(refused).rejects.toMatchObject({ cause: { code: 1 } })
    await expect(refused).rejects.toThrow(/"findings": \[[\s\S]*\]\n\}/)
  })
})

describe('every entry', () => {
  beforeAll(() => linkNest(place.consumer))

  /** The values that an entry exports, as its report in `api/` has them. */
  const reported = async (subpath: string) => {
    const name = subpath === '' ? 'index' : subpath.slice(1).replaceAll('/', '-')
    const report = await readFile(join(root, `api/${name}.api.md`), 'utf8')
    const values = [...report.matchAll(/^export (?:function|class|const) (\w+)/gm)].map(([, value]) => value)
    return [subpath, [...new Set(values)].sort()] as const
  }
  const load = async (...flags: readonly string[]) => {
    await cp(join(root, 'test/package/consumer/load.mjs'), join(place.consumer, 'load.mjs'))
    const { stdout } = await run('node', [...flags, 'load.mjs', JSON.stringify(subpaths)], place.consumer)
    return JSON.parse(stdout)
  }

  test.each([[[]], [['--no-experimental-require-module']]])(
    'is imported and required, and there is one GuardError %s',
    async (flags) => {
      const { imported, required, refused, statuses } = await load(...flags)
      expect(imported).toEqual(required)
      expect(imported.errors).toBe(1)
      expect(imported.names).toEqual(['GuardError'])
      expect(refused).toEqual([401, 401])
      expect(statuses).toEqual([200, 401])
      expect(imported.exports).toEqual(Object.fromEntries(await Promise.all(subpaths.map(reported))))
    },
  )

  test('works under Jest', async () => {
    const jest = join(root, 'test/package/jest')
    const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
    if (!existsSync(join(jest, 'node_modules'))) await run('npm', ['ci', ...quietly], jest)
    await cp(join(root, 'test/package/consumer/guard.test.cjs'), join(place.consumer, 'guard.test.cjs'))
    await writeFile(join(place.consumer, 'subpaths.json'), JSON.stringify(subpaths))
    const config = JSON.stringify({
      rootDir: place.consumer,
      testMatch: ['**/*.test.cjs'],
      moduleFileExtensions: ['js', 'cjs'],
    })
    const { stderr } = await run(
      'node',
      [join(jest, 'node_modules/jest/bin/jest.js'), '--config', config, '--ci'],
      place.consumer,
    )
    expect(stderr).toMatch(/Tests: +4 passed, 4 total/)
  })
})

test.each(commands)('the command %s says how it is used, with nothing else installed', async (name) => {
  const { stdout } = await run(join(place.consumer, 'node_modules', '.bin', name), ['--help'], place.consumer)
  expect(stdout).toContain(name)
})

describe('npx authing-guard dev', () => {
  test('is served from the tarball alone: the page, its files, a token', async () => {
    const command = join(place.consumer, 'node_modules', '.bin', 'authing-guard')
    const running = spawn(command, ['dev', '--port', '0', '--lang', 'en'], { cwd: place.consumer })
    const [printed] = await once(running.stdout, 'data')
    const url = /Console +(\S+)/.exec(String(printed))?.[1] ?? ''
    const document = await (await fetch(url)).text()
    const files = [...document.matchAll(/(?:src|href)="(\/[\w.-]+)"/g)].map(([, path]) => path)
    expect(files).toContain('/console.js')
    for (const path of files) expect((await fetch(url + path)).status, path).toBe(200)
    expect(await (await fetch(`${url}/token`)).text()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    running.kill('SIGINT')
    expect(await once(running, 'exit')).toEqual([0, null])
  })

  test.each([
    ['--import', 'authing-guard/testing/report'],
    ['--require', 'authing-guard/testing/report'],
  ])('shows the requests of an API that is started with node %s %s', async (flag, entry) => {
    const command = join(place.consumer, 'node_modules', '.bin', 'authing-guard')
    const running = spawn(command, ['dev', '--port', '0', '--lang', 'en'], { cwd: place.consumer })
    const [printed] = await once(running.stdout, 'data')
    const variables = [...String(printed).matchAll(/^ {2}(AUTHING_\w+)=(\S+)$/gm)].map(([, ...pair]) => pair)
    const env = { ...process.env, NODE_ENV: 'test', ...Object.fromEntries(variables) }
    const program = `import { createServer } from 'node:http'
import { authingGuard } from 'authing-guard/express'
const guard = authingGuard()
const server = createServer((request, response) => {
  guard(request, response, (error) => response.writeHead(error?.status ?? 200).end())
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`
    await writeFile(join(place.consumer, 'api.mjs'), program)
    const api = spawn(process.execPath, [flag, entry, 'api.mjs'], { cwd: place.consumer, env })
    const [port] = await once(api.stdout, 'data')
    expect((await fetch(`http://127.0.0.1:${Number(String(port))}/me`)).status).toBe(401)
    const url = String(env['AUTHING_GUARD_CONSOLE'])
    const document = await (await fetch(url)).text()
    const key = /name="console-key" content="([\w-]{43})"/.exec(document)?.[1] ?? ''
    const shown = async () => {
      const headers = { 'x-console-key': key, 'sec-fetch-site': 'same-origin' }
      return Object(await (await fetch(`${url}/api/state?after=0`, { headers })).json()).apiRequests
    }
    await expect.poll(async () => (await shown()).length).toBe(1)
    expect(await shown()).toMatchObject([{ method: 'GET', status: 401, outcome: 'refused', reason: 'missing_token' }])
    for (const child of [api, running]) child.kill('SIGINT')
    await once(running, 'exit')
  })
})

test('npx authing-guard serve answers from the tarball alone, and ends with SIGTERM', async () => {
  // Nothing listens there: the process starts all the same.
  const options = "{ issuer: 'http://127.0.0.1:1/oidc', appId: '5f17a529f64fb009b794a2ff' }"
  const module = `import { createGuard } from 'authing-guard'
import { forwardAuth } from 'authing-guard/forward-auth'
export default forwardAuth({ '/auth': createGuard(${options}) })
`
  await writeFile(join(place.consumer, 'guards.mjs'), module)
  const command = join(place.consumer, 'node_modules', '.bin', 'authing-guard')
  const args = ['serve', '--config', 'guards.mjs', '--port', '0', '--lang', 'en']
  const running = spawn(command, args, { cwd: place.consumer })
  const [printed] = await once(running.stderr, 'data')
  const url = /listens on (\S+)/.exec(String(printed))?.[1] ?? ''
  const log = once(running.stdout, 'data')
  expect((await fetch(`${url}/auth`)).status).toBe(401)
  expect(JSON.parse(String((await log)[0]))).toMatchObject({ status: 401, reason: 'missing_token' })
  running.kill('SIGTERM')
  expect(await once(running, 'exit')).toEqual([0, null])
})

describe('in TypeScript', () => {
  // In pairs: each module setting as ESM and as CJS, with the types of each version of Node, with and without a browser's.
  const kinds = [
    { moduleResolution: 'node16', format: 'mts', node: 20, dom: false },
    { moduleResolution: 'node16', format: 'cts', node: 22, dom: true },
    { moduleResolution: 'nodenext', format: 'mts', node: 24, dom: true },
    { moduleResolution: 'nodenext', format: 'cts', node: 26, dom: false },
    { moduleResolution: 'bundler', format: 'mts', node: 26, dom: true },
    { moduleResolution: 'bundler', format: 'cts', node: 20, dom: true },
    { moduleResolution: 'node10', format: 'mts', node: 22, dom: false },
    { moduleResolution: 'node10', format: 'cts', node: 24, dom: false },
  ] as const
  const modules = {
    node16: { module: 'node16' },
    nodenext: { module: 'nodenext' },
    bundler: { module: 'esnext' },
    node10: { module: 'commonjs', ignoreDeprecations: '5.0' },
  } as const
  const typesOf = (node: number) => join(root, 'node_modules', node === 20 ? '@types/node' : `types-node-${node}`)

  beforeAll(async () => {
    for (const { node } of kinds) {
      const types = join(place.home, `types-${node}`)
      if (existsSync(types)) continue
      await mkdir(types)
      await symlink(typesOf(node), join(types, 'node'))
    }
  })

  /** What the consumer has, and an import of every entry. */
  const consumer = async () => {
    const imports = subpaths.map((subpath, at) => `import * as entry${at} from 'authing-guard${subpath}'\n`)
    const names = subpaths.map((_, at) => `entry${at}`)
    const text = await readFile(join(root, 'test/package/consumer/consumer.ts.txt'), 'utf8')
    return `${imports.join('')}${text}export const entries = [${names.join(', ')}]\n`
  }

  test('the consumer uses every entry', async () => {
    const text = await consumer()
    const imported = [...text.matchAll(/(?:from|import) 'authing-guard([^']*)'/g)].map(([, subpath]) => subpath)
    expect([...new Set(imported)].sort()).toEqual([...subpaths].sort())
  })

  test.each(kinds)('a consumer compiles: $moduleResolution, $format, types of Node $node, DOM $dom', async (kind) => {
    const { moduleResolution, format, node, dom } = kind
    const files = {
      consumer: await consumer(),
      options: await readFile(join(root, 'test/types/every-option.ts'), 'utf8'),
    }
    const names = Object.keys(files).map((name) => `${name}-${moduleResolution}.${format}`)
    for (const [at, text] of Object.values(files).entries()) {
      await writeFile(join(place.consumer, names[at] ?? ''), text)
    }
    const config = {
      files: names,
      compilerOptions: {
        moduleResolution,
        ...modules[moduleResolution],
        target: 'es2022',
        lib: ['es2023', ...(dom ? ['dom', 'dom.iterable'] : [])],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: false,
        types: ['node'],
        typeRoots: [join(place.home, `types-${node}`)],
      },
    }
    const project = join(place.consumer, `tsconfig-${moduleResolution}-${format}.json`)
    await writeFile(project, JSON.stringify(config))
    await run(bin('tsc'), ['-p', project], place.consumer)
  })
})

describe('its size', () => {
  const bundle = async (subpath: string, external: readonly string[]) => {
    const { outputFiles } = await build({
      stdin: { contents: `export * from 'authing-guard${subpath}'`, resolveDir: place.consumer },
      ...({ bundle: true, minify: true, write: false, format: 'esm', platform: 'neutral', logLevel: 'error' } as const),
      conditions: ['import', 'node'],
      mainFields: ['module', 'main'],
      external: ['node:*', '@nestjs/common', ...external],
    })
    return outputFiles[0]?.contents ?? new Uint8Array()
  }

  // The local user pool and the report are for tests and development: nobody ships them.
  test.each(subpaths.filter((subpath) => !subpath.startsWith('/testing')))(
    'authing-guard%s stays under its ceilings',
    async (subpath) => {
      const own = await bundle(subpath, dependencies)
      const all = await bundle(subpath, [])
      const sizes = { own: own.length, all: all.length, gzip: gzipSync(all).length }
      expect(sizes.own, JSON.stringify(sizes)).toBeLessThanOrEqual(ceilings.own)
      expect(sizes.all, JSON.stringify(sizes)).toBeLessThanOrEqual(ceilings.all)
      expect(sizes.gzip, JSON.stringify(sizes)).toBeLessThanOrEqual(ceilings.gzip)
    },
  )
})
