import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { type Block, root } from './markdown.js'

/** What is around the blocks of the documents: WeChat. */
const surroundings = {
  // Four builds of one source, of which the one for Taro is installed.
  'miniapp-wx.d.ts': `declare module '@authing/miniapp-wx' { export * from '@authing/miniapp-taro' }`,
  'around.ts': `
    declare global {
      const wx: {
        request(options: {
          url: string
          header: { Authorization: string }
          success?(answer: { statusCode: number; data: unknown }): void
          fail?(error: unknown): void
        }): void
        login(): Promise<{ code: string }>
        getStorageSync<Value = string>(key: string): Value
      }
    }
    export {}`,
}

const folder = fileURLToPath(new URL('test/docs/blocks/', root))

/** Type-checks blocks in one program, under the repository's own settings; resolves with what is wrong. */
export function faultsOf(blocks: readonly (Block & { readonly name: string })[]): readonly string[] {
  const files = new Map(Object.entries(surroundings).map(([name, code]) => [folder + name, code]))
  for (const { name, language, code } of blocks) files.set(`${folder}${name}.${language}`, code)
  const config = ts.getParsedCommandLineOfConfigFile(
    fileURLToPath(new URL('tsconfig.json', root)),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  )
  if (config === undefined) return ['tsconfig.json cannot be read']
  const host = ts.createCompilerHost(config.options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, target, ...more) => {
    const code = files.get(name)
    return code === undefined
      ? getSourceFile(name, target, ...more)
      : ts.createSourceFile(name, code, target, true, name.endsWith('.js') ? ts.ScriptKind.JS : ts.ScriptKind.TS)
  }
  // Of a virtual folder the real system knows nothing, and looks for nothing in it.
  host.directoryExists = (name) => `${name}/` === folder || ts.sys.directoryExists(name)
  // A block may end with something for the reader to go on with.
  const declarations = fileURLToPath(new URL('examples/authing-wxapp-sdk.d.ts', root))
  const program = ts.createProgram([...files.keys(), declarations], { ...config.options, noUnusedLocals: false }, host)
  const own = [...files.keys()].flatMap((name) => program.getSourceFile(name) ?? [])
  return own
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map((fault) => ts.formatDiagnostic(fault, { ...host, getCurrentDirectory: () => folder }))
}
