// @ts-check
// Runs `npm start` as a reader would, pastes each line that it prints, and stops it; exits with 1 where an answer is not
// the one that was told.
import { spawn } from 'node:child_process'
import { callersIn, paste } from './printed.js'

const started = Date.now()
// A group of its own: npm, the shell and the server end together.
const npm = spawn('npm', ['start'], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
})
const stop = () => {
  if (npm.pid !== undefined && npm.exitCode === null) process.kill(-npm.pid)
}
process.on('exit', stop)
npm.on('error', (error) => fail(error.message))
npm.on('exit', (code) => fail(`npm start ended with ${code} before it printed everything`))
setTimeout(() => fail('npm start did not print everything within 60 s'), 60_000)

let text = ''
for await (const chunk of npm.stdout.setEncoding('utf8')) {
  text += chunk
  if (text.includes('Press Ctrl+C')) break
}
npm.removeAllListeners('exit')
const callers = callersIn(text)
if (callers.length < 5) fail(`npm start printed only ${callers.length} callers`)
for (const { status, who, says, lines } of callers) {
  const answer = await paste(lines)
  if (!answer.startsWith(`HTTP/1.1 ${status} `) || !answer.includes(says)) fail(`${who}: not ${status}, but ${answer}`)
  console.log(`${status} ${who}`)
}
console.log(`npm start: ${callers.length} callers answered as told, ${Date.now() - started} ms`)
process.exit()

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  console.error(why)
  process.exit(1)
}
