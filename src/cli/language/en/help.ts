/** What each option of a command is for, by its name. */
export const options = {
  issuer: "The application's issuer. Default: AUTHING_ISSUER.",
  'app-id': "The application's App ID. Default: AUTHING_APP_ID.",
  config: 'A module that exports the options of the guard, as "options" or as the default export, or the guard itself.',
  'env-file': 'A file of environment variables, like that of node --env-file. A variable that is set keeps its value.',
  'ask-secret': 'Asks for the App Secret at a hidden prompt. Default: AUTHING_APP_SECRET, if it is set.',
  reveal: 'Shows personal claims.',
  token: 'Asks for a token as well, and explains it.',
  json: 'Writes JSON.',
  port: 'The port of the console on 127.0.0.1; the pool takes the next one. 0 takes two free ones. Default: 4567.',
  algorithm:
    'How the application signs id tokens: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA or HS256. Up to three times, for as many applications. Default: RS256.',
  pool: 'A JSON file with options of createUserPool that replace the defaults: users (with roles), grants, accessKeys, apps, ...',
  forwardAuth:
    'A module that exports what forwardAuth of authing-guard/forward-auth returns, as the default export for example.',
  forwardPort: 'The port. 0 takes a free one. Default: 4180.',
  host: 'The address to listen on. Default: 127.0.0.1. Nobody but the proxy should reach it.',
  socket: 'A Unix socket to listen on, in place of a port. Whoever may enter its folder can use it.',
  lang: 'The language. Default: the locale of the machine.',
  help: 'Shows this text.',
} as const

/** The other parts of the help. */
export const help = {
  usage: 'Usage: npx authing-guard {command} [options]',
  anyCommand: '<command>',
  commands: 'Commands',
  optionsTitle: 'Options',
  optionsOf: '"npx authing-guard <command> --help" lists the options of a command.',
  explain: 'Explains why a token is refused. Reads the token from standard input or at a hidden prompt.',
  doctor: 'Checks whether the configuration is right. Sends requests to the issuer.',
  dev: 'Runs a local Authing user pool with a console page, to develop without an account and without a network.',
  serve: 'Answers the subrequests of nginx, Caddy, Traefik, Envoy or APISIX: may this request pass?',
  explainNotes: '',
  doctorNotes: `doctor also checks the management API if AUTHING_ACCESS_KEY_ID and AUTHING_ACCESS_KEY_SECRET are set (with AUTHING_MANAGEMENT_HOST, if that is not https://api.authing.cn).

`,
  devNotes: `The pool signs real tokens. Its keys are new in each run.

Get a token in a shell. Without a query it is an access token of the first user:
  curl -s http://127.0.0.1:4567/token
  curl -s 'http://127.0.0.1:4567/token?type=id_token&expiresIn=60'
  curl -s 'http://127.0.0.1:4567/token?defect=expired'
The query takes the options of mint in authing-guard/testing: type (access_token, id_token, user_token, legacy_user_token, machine, delegate, management_token, and opaque), appId, userId, accessKeyId, scope, expiresIn (seconds), algorithm, defect, claims and header (JSON). The answer to an invalid query is 400 and says what is wrong.

Whoever can reach the console can sign in as each of the users. So it listens on 127.0.0.1 only, answers no web page but its own, and does not start under NODE_ENV=production. Ctrl+C stops it.

`,
  serveNotes: `Start it with: npx authing-guard serve --config guards.mjs

Each refusal is a line of JSON on standard output, without tokens. /healthz answers 200, and /readyz answers 200 once the keys were asked for at the start. SIGTERM stops it: requests on open connections are answered, for 10 seconds at most.

`,
  exitCodes: `Exit codes: 0 success, 1 a problem was found (dev, serve: it could not start), 2 the command line is wrong, 3 something is not proven (doctor), 130 interrupted at a prompt.
Never pass secrets and tokens as arguments: those stay in the shell's history and in the list of processes.`,
} as const
