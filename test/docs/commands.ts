import { readText } from './markdown.js'

const manifest: { name: string; scripts: object; devDependencies: object } = JSON.parse(readText('package.json'))

/** Names of files that a page tells its reader to write, as in "`server.js` is your API:". */
const filesToldIn = (text: string) =>
  [...text.matchAll(/^`(\w+\.m?js)` .*[:：]$|(?:save the block as|存成) `(\w+\.m?js)`/gm)].map(
    ([, heading = '', saved = '']) => heading || saved,
  )

/** A line of a shell block to its commands, comments and variables gone. */
export const commandsOf = (code: string): readonly string[] =>
  code
    .trim()
    .split(/ && |\n/)
    .map((command) => command.replace(/ +#.*/, '').replace(/^(?:[A-Z_]+=\S+ )+/, ''))

const token = String.raw`curl -s '?http://127\.0\.0\.1:4567/token(?:\?[\w=&]+'?)?`
/** The application of `dev`. */
const whose = '--issuer http://127\\.0\\.0\\.1:4568/oidc --app-id 5f17a529f64fb009b794a2ff'
/** What is asked of the reader's API, and of `npx authing-guard dev`. */
const calls = [
  /^curl -i http:\/\/localhost:3000\/\w+$/,
  /^curl -i http:\/\/localhost:8080\/$/,
  new RegExp(`^curl -i -H "Authorization: Bearer \\$\\(${token}\\)" http://localhost:(?:3000/\\w+|8080/)$`),
  new RegExp(`^curl -i -X DELETE -H "Authorization: Bearer \\$\\(${token}\\)" http://localhost:3000/books/1$`),
  /^curl -s --get http:\/\/127\.0\.0\.1:4567\/token(?: -d \w+=\w+| --data-urlencode '\w+=[\w :]+')+$/,
  new RegExp(`^${token}(?: \\| npx authing-guard explain ${whose})?$`),
  /^curl -s -d "token=\$TOKEN" -d client_id=5f17a529f64fb009b794a2ff http:\/\/127\.0\.0\.1:4568\/oidc\/token\/revocation$/,
]
const ownCommand = new RegExp(`^npx authing-guard (?:dev|doctor ${whose}|serve --config guards\\.mjs)$`)

/** Whether a reader who does as the page says has what a command needs. */
export function isKnown(command: string, page: string): boolean {
  const [name = '', ...args] = command.split(' ')
  if (command === `sudo nginx -p "$PWD" -c "$PWD/nginx.conf" -g 'daemon off;'`) return page.includes('`nginx.conf`')
  if (name === 'python3') return args.length === 1 && page.includes(`\`${args[0]}\``)
  if (['npm ci', 'npm init -y', 'git clone <this repository>', '.ci/run'].includes(command)) return true
  if (name === 'mkdir' || name === 'cd') return args.length === 1
  if (name === 'curl') return calls.some((call) => call.test(command))
  if (name === 'npx') return ownCommand.test(command)
  // The reader's own API, with the report.
  if (command === 'node --import authing-guard/testing/report app.mjs') return true
  if (name === 'node') {
    const files = args[0] === '--env-file=.env' && page.includes('```ini\n') ? args.slice(1) : args
    return files.length === 1 && filesToldIn(page).includes(files[0] ?? '')
  }
  if (command.startsWith('npm install ')) {
    const [own, ...others] = args.slice(1)
    return (
      own === manifest.name &&
      others.every((other) => Object.hasOwn(manifest.devDependencies, other.replace(/(?<=.)@\d+$/, '')))
    )
  }
  const script = /^npm (?:run )?([\w:]+)(?: -- .+)?$/.exec(command)?.[1] ?? ''
  return Object.hasOwn(manifest.scripts, script)
}
