import type { Words } from './words.js'

const help = `Usage: npx authing-guard dev [options]

A local Authing user pool with a console page, to develop against without an
account or a network. It signs real tokens with keys that are fresh each run.

Options:
  --port <n>         The console's port on 127.0.0.1; the pool takes the next one.
                     0 takes two free ones. Default: 4567, and 4568 for the pool.
  --algorithm <alg>  What the application signs id tokens with: RS256, RS384, RS512,
                     PS256, PS384, PS512, ES256, ES384, ES512, EdDSA or HS256.
                     Up to three times, for as many applications. Default: RS256.
  --pool <file>      A JSON file with options of createUserPool that go over the
                     usual ones: users (with roles), grants, accessKeys, apps, ...
  --lang <en|zh>     Default: by the locale.
  --help             This text.

A token for a shell, an access token of the first user unless the query says more:
  curl -s http://127.0.0.1:4567/token
  curl -s 'http://127.0.0.1:4567/token?type=id_token&expiresIn=60'
  curl -s 'http://127.0.0.1:4567/token?wrong=expired'
The query takes what mint takes in authing-guard/testing: type (access_token, id_token,
user_token, legacy_user_token, machine, delegate, management_token, and opaque), appId,
userId, accessKeyId, scope, expiresIn (seconds), algorithm, wrong, claims and header
(JSON). A bad one is answered 400 with what is wrong.

Whoever reaches the console can sign in as anybody: it listens on 127.0.0.1 alone,
answers no web page but its own, and does not start under NODE_ENV=production.

It ends at Ctrl+C, with exit code 0. 1: it could not start. 2: an option is wrong.
`

export const english: Words = {
  help,
  started: ({
    console,
    issuers,
    appIds,
    environment,
    token,
  }) => `authing-guard dev: a local Authing user pool, for development alone

  Console  ${console}
  Issuer   ${issuers.join('\n           ')}
  App ID   ${appIds.join('\n           ')}

1. Start your API with these in its environment:

  ${environment.join('\n  ')}

2. Call it. Without a token it answers 401:

  curl -i http://localhost:3000/me

   With a fresh one, 200:

  curl -i -H "Authorization: Bearer $(curl -s ${console}/token)" http://localhost:3000/me

   The same for a shell without $( ), with a token of now:

  curl -i -H "Authorization: Bearer ${token}" http://localhost:3000/me

The keys are fresh each run. Ctrl+C ends it.
`,
  production: 'A local user pool signs tokens for anybody: it does not start under NODE_ENV=production.',
  portTaken: (port) => `Port ${port} is taken. End what listens there, or choose other ports with --port.`,
  badPort: (given) => `--port must be a whole number from 0 to 65534, not ${given}.`,
  badLanguage: (given) => `--lang must be en or zh, not ${given}.`,
  badAlgorithm: (given, known) => `--algorithm must be one of ${known.join(', ')}, at most three in all, not ${given}.`,
  seeHelp: 'See: npx authing-guard dev --help',
  stopped: 'The local user pool is gone, and its keys with it.',
}
