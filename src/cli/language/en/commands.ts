/** What the commands say besides what they find out. */
export const commands = {
  help: `Usage: npx authing-guard <command> [options]

Commands
  explain         Why is this token refused? Reads the token from standard input or a hidden prompt.
  doctor          Is the configuration right? Asks the issuer.
  dev             A local user pool with a console page. Its own options: npx authing-guard dev --help

Whose tokens
  --issuer URL    The application's issuer. Default: AUTHING_ISSUER.
  --app-id ID     The application's App ID. Default: AUTHING_APP_ID.
  --config FILE   A module that exports the guard's options, as "options" or as its default.
  --ask-secret    Asks for the App Secret, without echo. Default: AUTHING_APP_SECRET, if it is set.

Output
  --reveal        explain: shows personal claims.
  --token         doctor: asks for a token as well, and explains it.
  --json          For machines.
  --lang en|zh    Default: by the locale.

doctor asks the management API as well where AUTHING_ACCESS_KEY_ID and AUTHING_ACCESS_KEY_SECRET are set
(AUTHING_MANAGEMENT_HOST where it is not https://api.authing.cn).

Exit codes: 0 all right, 1 something is wrong, 2 the command was not understood, 130 interrupted.
Secrets and tokens are never arguments: those stay in the shell's history and in the list of processes.`,
  noCommand: 'There is no such command. "npx authing-guard --help" lists them.',
  unknownOption: 'There is no option {option}. "npx authing-guard --help" lists them.',
  anOption: 'like one of those that you gave',
  needsValue: '{option} needs a value.',
  takesNoValue: '{option} takes no value.',
  badLanguage: '--lang is en or zh.',
  noArguments: 'The command takes options alone. "npx authing-guard --help" lists them.',
  tokenArgument:
    'A token is never an argument: it stays in the shell\'s history and in the list of processes. Pipe it in ("pbpaste | npx authing-guard explain"), or start the command without it and paste it at the prompt. Take the one that you just gave for known to others: let it expire or revoke it.',
  secretArgument:
    "A secret is never an argument: it stays in the shell's history and in the list of processes. Set it in the environment (AUTHING_APP_SECRET), in the file of --config, or give --ask-secret.",
  configOrFlags: '--config and --issuer or --app-id are both given: the file says both.',
  configUnread: '{file} cannot be loaded: {why}',
  configEmpty: '{file} exports no options: export them as "options", or as its default.',
  configGuard: '{file} exports a guard. Export the options that it is made of.',
  noIssuer:
    'Whose tokens? Set AUTHING_ISSUER or give --issuer (Authing console > Applications > your application > Endpoints > Issuer), or --config FILE.',
  noAppId: 'Set AUTHING_APP_ID or give --app-id (Authing console > Applications > your application > App ID).',
  noTerminal: 'There is no terminal to ask at: set AUTHING_APP_SECRET instead of --ask-secret.',
  secretOfOne: '--ask-secret is for one application; the options have several.',
  askToken: 'Token or Authorization header (not shown): ',
  askSecret: 'App Secret (not shown): ',
  noToken: 'No token was given.',
  interrupted: 'Interrupted.',
  accepted: 'Accepted',
  refused: 'Refused',
  passed: 'ok',
  failed: 'wrong',
  unknown: 'not looked at',
  warning: 'warning',
  expected: 'expected',
  found: 'found',
  why: 'Why',
  fix: 'Do',
  proven: 'What the token says (proven by its signature)',
  unproven: 'What the token says of itself (not proven)',
  hidden: 'Personal claims are hidden; --reveal shows them.',
  allWell: 'All is well.',
  withWarnings: 'Nothing is wrong; warnings: {count}.',
  wrongs: 'Wrong: {wrong}. Warnings: {count}.',
} as const
