import { readText } from './markdown.js'

const manifest: { name: string; scripts: object; devDependencies: object } = JSON.parse(readText('package.json'))

/** Names of files that a page tells its reader to write, as in "`server.js` is your API:". */
const filesToldIn = (text: string) => [...text.matchAll(/^`(\w+\.js)` .*[:：]$/gm)].map(([, name = '']) => name)

/** A line of a shell block to its commands, comments and variables gone. */
export const commandsOf = (code: string): readonly string[] =>
  code
    .trim()
    .split(/ && |\n/)
    .map((command) => command.replace(/ +#.*/, '').replace(/^(?:[A-Z_]+=\S+ )+/, ''))

/** Whether a reader who does as the page says has what a command needs. */
export function isKnown(command: string, page: string): boolean {
  const [name = '', ...args] = command.split(' ')
  if (['npm ci', 'npm init -y', 'npm pkg set type=module', 'git clone <this repository>'].includes(command)) return true
  if (name === 'mkdir' || name === 'cd') return args.length === 1
  if (name === 'curl') return /^curl -i http:\/\/127\.0\.0\.1:3000\/\w+$/.test(command)
  if (name === 'node') return args.length === 1 && filesToldIn(page).includes(args[0] ?? '')
  if (command.startsWith('npm install ')) {
    const [own, ...others] = args.slice(1)
    return own === manifest.name && others.every((other) => Object.hasOwn(manifest.devDependencies, other))
  }
  const script = /^npm (?:run )?([\w:]+)(?: -- .+)?$/.exec(command)?.[1] ?? ''
  return Object.hasOwn(manifest.scripts, script)
}
