/**
 * Why a token is refused before its signature is checked, and the change that fixes it. The slots hold what the options
 * expect and what the token has: only iss, aud, azp, alg, kid, typ and times.
 */
export const form = {
  optionsIssuerPath: {
    cause:
      'The issuer is set to "{issuer}". The iss in Authing\'s tokens has a path as well, so no token ever matches.',
    fix: 'Set issuer (AUTHING_ISSUER) to "{suggestion}": copy it from Authing console > Applications > your application > Endpoints > Issuer.',
  },
  optionsHttp: {
    cause: '{name} is on plain http: anybody on the network path could replace the keys.',
    fix: 'Set {name} to the https address. For a deployment without https, set allowHttp: true, on a network that you trust.',
  },
  optionsLoopback: {
    cause: '{name} is on this machine, and NODE_ENV is production: a local user pool trusts everybody.',
    fix: "Set {name} to your application's, or unset NODE_ENV while you develop.",
  },
  optionsShortSecret: {
    cause: '{name} is too short to be a secret that signs tokens: an HS256 secret has at least 32 bytes.',
    fix: "Copy the whole App Secret again: Authing console > Applications > your application > App Secret (not the user pool's).",
  },
  optionsMissing: {
    cause: '{name} is missing or blank.',
    fix: 'Set {name}: Authing console > Applications > your application shows it.',
  },
  optionsSpace: {
    cause: '{name} has white space around it.',
    fix: 'Remove the spaces and line breaks around {name}; a trailing line break often comes from a file or an environment variable.',
  },
  optionsOther: {
    cause: 'The options are wrong: {advice}',
    fix: 'Change the named option. Until then the options do not make a guard, and no token is checked.',
  },
  headerEmpty: {
    cause: 'There is no token.',
    fix: 'Let the client send "Authorization: Bearer <token>" with the token that it got when the user signed in.',
  },
  headerNoBearer: {
    cause: 'The Authorization header is the bare token, without "Bearer" in front of it.',
    fix: "Let the client send \"Authorization: Bearer <token>\". If you cannot change the client (some of Authing's SDKs send the bare token), set bearerPrefix: 'optional'.",
  },
  headerOtherScheme: {
    cause: 'The Authorization header has another scheme than Bearer.',
    fix: 'Let the client send "Authorization: Bearer <token>".',
  },
  headerMalformed: {
    cause: 'The Authorization header is not "Bearer", a space, and one token ({detail}).',
    fix: 'Let the client send exactly "Authorization: Bearer <token>", in one header line.',
  },
  headerSpace: {
    cause: 'There is white space or a line break inside the token: it was broken when it was copied.',
    fix: 'Copy the token again, as one line without spaces.',
  },
  headerQuotes: {
    cause: 'There are quotation marks around the token.',
    fix: 'Remove the quotation marks: the client sends the JSON text of the token instead of the token (with jq, use "jq -r").',
  },
  headerMessage: {
    cause: 'This is no token but a text, such as the error message of what was to issue the token.{start}',
    fix: 'Run the command that gets the token alone, and read what it prints. With curl, -f prints nothing where the answer is an error.',
  },
  headerPlaceholder: {
    cause: 'The client sent the word "{word}" in place of a token: it had none when it built the header.',
    fix: 'Let the client wait for the sign-in and read the right member of its answer: access_token or id_token.',
  },
  headerAnswer: {
    cause: 'This is the whole answer of the token endpoint, and not one token of it.',
    fix: 'Send the value of its access_token member (or id_token) only.',
  },
  shapeOpaque: {
    cause:
      'This is not a JWT but an opaque string: an access token of the OAuth 2.0 protocol, or a refresh token. Nothing in it can be verified here.',
    fix: "Let the client use the application's OIDC endpoints (<issuer>/token) and send the access_token of that answer, never the refresh_token. If its access tokens are opaque on purpose, let the guard introspect them: set {option}, and add 'opaque' to accept if that is set.",
  },
  shapeTruncated: {
    cause: 'The token is cut off: a JWT has three parts joined by dots, and this has {parts}.',
    fix: 'Copy the whole token; where the client stores it, check whether the place (a cookie, a column) is too short for it.',
  },
  shapeTooLong: {
    cause: 'The token is over {most} characters, the limit of the guard.',
    fix: "Take claims out of the token: Authing console > Applications > your application > the token's custom claims.",
  },
  shapeEncrypted: {
    cause: 'The token is encrypted (a JWE): only the client that it was made for can read it.',
    fix: 'Turn id token encryption off: Authing console > Applications > your application > Advanced > id token encryption. Or send the access token.',
  },
  shapeOtherKind: {
    cause: 'The header says typ {typ}: that is another kind of JWT, not a token for calling an API.',
    fix: 'Send the access_token (or id_token) of the sign-in instead.',
  },
  shapeOwnKey: {
    cause:
      'The token has a key of its own in its header ({member}). Authing issues no such tokens: its maker wants it to be verified with that key.',
    fix: "Do not admit it. Send a token from your application's sign-in; if you did not make this one, treat it as an attack.",
  },
  shapeExtension: {
    cause: 'The header has {member}, an extension that Authing never uses.',
    fix: "Do not admit it. Send a token from your application's sign-in.",
  },
  shapeAltered: {
    cause: 'The token is not an intact JWT: a part of it was changed or lost on the way ({detail}).',
    fix: 'Copy the token again, from where the client got it.',
  },
  shapeGarbage: {
    cause: 'This is not a token: neither a JWT nor anything else that Authing issues.',
    fix: 'Check what the client puts after "Bearer": it must be the access_token or id_token of the sign-in.',
  },
  algorithmNoSecret: {
    cause: 'The token is HS256 and no appSecret is configured: there is nothing to verify it with.',
    fix: "Set AUTHING_APP_SECRET (appSecret) to the application's App Secret, or choose RS256 as the id token's signature algorithm: Authing console > Applications > your application > Advanced.",
  },
  algorithmNone: {
    cause: 'The token is not signed (alg {alg}): anybody can write one.',
    fix: "Do not admit it. Send a token from your application's sign-in; if you did not make this one, treat it as an attack.",
  },
  algorithmUnknown: {
    cause: 'The token is signed with {alg}, which Authing never uses for its tokens.',
    fix: "Send a token from your application's sign-in. Its algorithms are RS256 and HS256.",
  },
  algorithmExcluded: {
    cause: 'The token is signed with {alg}, and the algorithms option allows only {algorithms}.',
    fix: "Add '{alg}' to algorithms, if your application signs with it (Authing console > Applications > your application > Advanced), or leave the option out.",
  },
  algorithmAccessToken: {
    cause: 'This is an access token with HS256. Authing signs access tokens with RS256 in every application.',
    fix: 'Send the access_token as the token endpoint answered it. Whoever made this one has your App Secret: if that was not you, replace it.',
  },
  algorithmOtherKey: {
    cause: 'The token says {alg}, and the key that its kid names is for another algorithm.',
    fix: "Send a token as your application's sign-in issued it: one key signs with one algorithm.",
  },
  algorithmLegacy: {
    cause: 'The token has no iss and is signed with {alg}: a user.token of the older SDKs is HS256.',
    fix: "Send a token from your application's sign-in.",
  },
} as const
