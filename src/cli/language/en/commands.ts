/** Messages of the commands: prompts, and what is wrong with a command line. */
export const commands = {
  noCommand: 'There is no such command. "npx authing-guard --help" lists the commands.',
  unknownOption: 'There is no option {option}.',
  didYouMean: ' Did you mean {name}?',
  anOption: 'with the name that you gave',
  needsValue: '{option} needs a value.',
  takesNoValue: '{option} takes no value.',
  badLanguage: '--lang must be en or zh.',
  noArguments: 'The command takes options only.',
  seeHelp: 'See: npx authing-guard {command} --help',
  tokenArgument:
    'Do not pass a token as an argument: arguments stay in the shell\'s history and in the list of processes. Pipe it in ("pbpaste | npx authing-guard explain"), or start the command without it and paste it at the prompt. Treat the token that you just passed as leaked: revoke it, or wait until it expires.',
  secretArgument:
    "Do not pass a secret as an argument: arguments stay in the shell's history and in the list of processes. Set it in the environment (AUTHING_APP_SECRET) or in the file of --config, or use --ask-secret.",
  configOrFlags: 'Use either --config or --issuer and --app-id: the file names the issuer and the App ID already.',
  fileMissing: 'There is no file {path}.',
  configImport:
    '{file} cannot be loaded: the file is there, and something that it imports is not found ({why}). "node {file}" says what.',
  configUnread: '{file} cannot be loaded: {why}',
  configTypeScript:
    '. It is TypeScript: use Node 22.18 or later, which loads it as it is, or run the same command with "npx tsx node_modules/authing-guard/dist/cli.js" in place of "npx authing-guard".',
  configEmpty:
    '{file} exports no options and no guard: export the options as "options" or as the default export, or export the guard.',
  configGuard: '{file} exports a guard of another version of the package. Export the options that it is made of.',
  envFileUnread: '{file} cannot be read: {why}',
  noIssuer:
    'No issuer is set. Set AUTHING_ISSUER or pass --issuer (Authing console > Applications > your application > Endpoints > Issuer), or pass --config FILE.',
  noAppId:
    'No App ID is set. Set AUTHING_APP_ID or pass --app-id (Authing console > Applications > your application > App ID).',
  noTerminal: '--ask-secret needs a terminal. Set AUTHING_APP_SECRET instead.',
  secretOfOne: '--ask-secret is for one application, and the options have several.',
  askToken: 'Token or Authorization header (not shown): ',
  askSecret: 'App Secret (not shown): ',
  noToken:
    'No token was given: standard input is empty. Pipe a token in ("pbpaste | npx authing-guard explain"), or start the command without a pipe and paste it at the prompt. If a command before the pipe was to print one, run it alone: it printed nothing.',
  interrupted: 'Interrupted.',
} as const
