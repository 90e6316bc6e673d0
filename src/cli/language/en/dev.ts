/** What `dev` prints. */
export const dev = {
  started: `authing-guard dev: a local Authing user pool, for development only

  Console  {console}
  Issuer   {issuers}
  App ID   {appIds}

1. Start your API with these environment variables:

  {environment}

2. Call it. Without a token it answers 401:

  curl -i http://localhost:3000/me

   With a new token, 200:

  curl -i -H "Authorization: Bearer $(curl -s {console}/token)" http://localhost:3000/me

   The same for a shell without $( ), with a token issued just now:

  curl -i -H "Authorization: Bearer {token}" http://localhost:3000/me

   To see its requests on the console, and why one is refused, start it with:

  node --import authing-guard/testing/report app.mjs

   For introspection with a secret, permissions and profiles, it needs some of these too:

  {secrets}

The keys are new in each run. Ctrl+C stops it.
`,
  production: 'A local user pool signs tokens for everybody: it does not start under NODE_ENV=production.',
  portTaken: 'Port {port} is in use. Stop the program that listens there, or choose other ports with --port.',
  poolPortTaken:
    'Port {port} is in use. It is the one of the user pool, one above that of the console ({console}). Stop the program that listens there, or choose another pair with --port.',
  poolMissing: 'There is no file {path} for --pool.',
  poolUnread: '{path} of --pool cannot be read: {code}.',
  poolNotJson: '{path} of --pool must hold a JSON object with options of createUserPool.',
  poolRefused: 'The options in {path} of --pool are wrong: {message}',
  badPort: '--port must be a whole number from 0 to 65534, not {given}.',
  badAlgorithm: '--algorithm must be one of {known}, at most three in all, not {given}.',
  stopped: 'The local user pool has stopped. Its keys are gone.',
} as const
