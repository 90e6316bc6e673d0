/** Why the signature or the claims of a token are refused, and the change that fixes it. */
export const proof = {
  issuerManagement: {
    cause: 'This is a token of the management API (scoped_userpool_id): it is for a server, not for a user.',
    fix: "Let the client send the access_token (or id_token) of the user's sign-in. If this token came from a client, replace the access key that it was made with.",
  },
  issuerLegacy: {
    cause: "This is a user.token of Authing's older SDKs: it has no iss, and the userPool option is not set.",
    fix: "Set the userPool option, its id and jwtSecret (which comes from the management API, and is not the user pool's secret), or move the client to a newer SDK.",
  },
  issuerMissing: {
    cause: 'The token has no iss, so the guard cannot tell which keys verify it.',
    fix: "Send a token from your application's sign-in.",
  },
  issuerSlash: {
    cause:
      'The issuers differ by a slash at the end: the token says {found}, and you expect {expected}. They are compared as exact strings.',
    fix: 'Set issuer (AUTHING_ISSUER) to {declared}, as in the discovery document of your application.',
  },
  issuerDeclared: {
    cause:
      'You expect the issuer {expected}, and your application calls itself {declared}: its discovery document says so, and the token agrees.',
    fix: 'Set issuer (AUTHING_ISSUER) to {declared}.',
  },
  issuerOtherApplication: {
    cause:
      'The token comes from {found}: the same host, and another application (or path) than your issuer {expected}.',
    fix: 'Let the client sign in at the application that this API belongs to. If you meant the other one, take its issuer and appId from Authing console > Applications, not from the token.',
  },
  issuerMoved: {
    cause:
      "The token comes from {found}, not from your issuer {expected}, but explain tried the keys, and your own application's key signed it: the application has another domain.",
    fix: 'If Authing console > Applications > your application > Endpoints shows that domain, list both while it moves: issuer: [old, new].',
  },
  issuerOther: {
    cause:
      'The token comes from {found}, not from your issuer {expected}, and no key of your application signed it. It is from another application or environment.',
    fix: 'Let the client sign in at {expected}. If this API is to serve another environment, take issuer and appId from the Authing console of that one, never from a token.',
  },
  issuerUnproven: {
    cause:
      'The token comes from {found}, not from your issuer {expected}. Whether a key of your application signed it is not known ({detail}).',
    fix: 'Compare your issuer with Authing console > Applications > your application > Endpoints: never take one from a token. If it is right, let the client sign in at {expected}. To learn who signed this token, run explain again where it has the keys: with a network to the issuer, and with the App Secret for HS256.',
  },
  issuerNone: {
    cause: 'The token comes from {found}, and the options name no issuer: they are for legacy user.tokens alone.',
    fix: 'If this API is for such tokens as well, set issuer and appId: Authing console > Applications > your application, never from a token.',
  },
  keyOtherPlace: {
    cause:
      'The keys at {asked} are not the ones that signed this token; the ones at {place} are. Authing has two layouts for the JWKS.',
    fix: "Set jwksUri to '{place}'.",
  },
  keyUnknown: {
    cause:
      'No key of your issuer has the kid {kid}: the key was replaced after the token was issued, or another application signed the token.',
    fix: 'Let the client sign in again. If new tokens fail as well, compare issuer and appId with Authing console > Applications > your application.',
  },
  keyUnnamed: {
    cause: 'The token names no key (kid), and your issuer has several.',
    fix: "Send a token as your application's sign-in issued it: Authing's have a kid.",
  },
  keyLegacy: {
    cause: 'The token has no iss and a kid ({kid}): a user.token of the older SDKs has none.',
    fix: "Send a token from your application's sign-in.",
  },
  keysMissing: {
    cause: 'There are no keys where the guard looks for them ({error}).',
    fix: 'Check whether issuer is right (Authing console > Applications > your application > Endpoints), or set jwksUri to the JWKS address that is shown there.',
  },
  keysNoJwks: {
    cause: 'The JWKS address does not answer with a JWKS: {error}.',
    fix: 'See whether issuer is right (Authing console > Applications > your application > Endpoints), or set jwksUri to the JWKS address that is shown there.',
  },
  keysTooMany: {
    cause: 'The JWKS holds too many keys: {error}.',
    fix: 'Publish fewer keys in the JWKS of the issuer; Authing publishes one.',
  },
  keysUnusable: {
    cause: 'The JWKS holds no key that may verify this token: {error}.',
    fix: 'Publish an RSA key of at least 2048 bits, with use "sig", at the issuer; see the algorithms option as well.',
  },
  keysUntrusted: {
    cause: "The issuer's certificate is not valid: {error}.",
    fix: 'Give the issuer a certificate for its host name. For a private certificate authority start Node with NODE_EXTRA_CA_CERTS=ca.pem.',
  },
  keysDown: {
    cause: "The issuer's keys are not available now: {error}. The token may be good.",
    fix: 'Check whether this machine reaches the issuer (DNS, proxy, firewall), and try again. The guard answers 503 meanwhile.',
  },
  signatureSecret: {
    cause:
      "The token is HS256, and your appSecret did not sign it: it is another application's secret, the user pool's, or one that has been replaced.",
    fix: "Copy the App Secret again: Authing console > Applications > your application > App Secret. Not the secret under Settings, which is the user pool's.",
  },
  signaturePoolSecret: {
    cause:
      "appSecret is the user pool's secret. Authing signs an application's tokens with the application's own App Secret.",
    fix: 'Set AUTHING_APP_SECRET (appSecret) to the App Secret of Authing console > Applications > your application.',
  },
  signatureSwapped: {
    cause: 'The token was signed with the secret that you gave to the application {other}, and is for another one.',
    fix: 'Give each application its own secret: the appSecrets of your apps are swapped.',
  },
  signatureForged: {
    cause:
      "The token is HS256 and names a key (kid). Authing's HS256 tokens name none: this looks like a public key that was used as a secret.",
    fix: 'Do not admit it; if you did not make this token, treat it as an attack.',
  },
  signatureCut: {
    cause: 'The signature has {found} bytes instead of {expected}: the token was cut off or added to.',
    fix: 'Copy the whole token again.',
  },
  signatureBroken: {
    cause: 'The token names a key of your issuer, and that key did not sign it: it was changed on the way, or forged.',
    fix: 'Copy the token again, from where the client got it. If it fails again, do not admit it.',
  },
  signatureLegacy: {
    cause: 'The token has no iss, and userPool.jwtSecret did not sign it.',
    fix: "Set userPool.jwtSecret to the pool's jwtSecret, from the management API: it is neither the user pool's secret nor an App Secret.",
  },
  claimsBound: {
    cause:
      'The token is bound to a key of its sender (cnf), and is not a bearer token: a stolen copy must not be usable.',
    fix: 'Let the client ask for a token without DPoP or a client certificate.',
  },
  claimsEvents: {
    cause: 'The token reports an event (events): it is a log-out or security notice, not a token for calling an API.',
    fix: "Let the client send the access_token (or id_token) of the user's sign-in.",
  },
  claimsRefresh: {
    cause: 'The token is a refresh token (token_use): it gets new tokens at the issuer, and is not for calling an API.',
    fix: "Let the client send the access_token (or id_token) of the user's sign-in.",
  },
  claimsNoEnd: {
    cause: 'The token has no exp: it would never expire.',
    fix: "Send a token as your application's sign-in issued it: Authing's have an exp.",
  },
  claimsNoIssueTime: {
    cause: 'maxTokenAge is set, and the token does not say when it was issued (iat).',
    fix: "Send a token as your application's sign-in issued it, or leave maxTokenAge out.",
  },
  claimsOther: {
    cause: 'A claim is not as the standard requires: {detail}.',
    fix: "If a custom claim took the place of a registered one, rename it: Authing console > Applications > your application > the token's custom claims.",
  },
  timesExpired: {
    cause: 'The token is expired: its exp is {exp}, it is {now} now ({ago}).',
    fix: 'Let the client renew it (refresh token) or sign in again. How long tokens live: Authing console > Applications > your application > Advanced.',
  },
  timesTooOld: {
    cause: 'The token was issued at {iat}, longer ago than maxTokenAge ({seconds} s) allows; its own exp is {exp}.',
    fix: 'Let the client renew it, or make maxTokenAge longer.',
  },
  timesEarly: {
    cause: 'The token is from the future: its {claim} is {time}, it is {now} now.',
    fix: 'Set the clock of the issuer (NTP), or wait until then.',
  },
  timesClock: {
    cause:
      "This machine's clock is wrong: it is {difference} {direction} the issuer's. By the issuer's clock the token is valid.",
    fix: 'Set this machine\'s clock (NTP, say "timedatectl set-ntp true"). Do not make clockTolerance longer for it.',
  },
  audiencePool: {
    cause: "appId is the user pool's ID ({appId}). Tokens are for an application.",
    fix: 'Set appId (AUTHING_APP_ID) to the App ID: Authing console > Applications > your application > App ID.',
  },
  audienceOther: {
    cause: 'The token is for {found}, and your appId is {expected}: your issuer signed it for another application.',
    fix: 'Compare appId (AUTHING_APP_ID) with Authing console > Applications > your application > App ID. If it is right, let the client sign in at this application.',
  },
  audienceCustom: {
    cause: 'The access token is for {found}, and the audience option expects {expected}.',
    fix: 'Let the client ask for a token for {expected}, or correct the audience option; without it the appId is expected.',
  },
  audienceAccessKey: {
    cause: 'The token is for the access key {found} of the application {azp}, and your appId is {expected}.',
    fix: 'Let that server ask for its token at your application (<issuer>/token), or correct appId.',
  },
  audienceShared: {
    cause: 'Several of your applications share this issuer, and the token is for none of them, but for {found}.',
    fix: 'Add the application that the client signs in at to apps, with the App ID of Authing console > Applications.',
  },
  audienceSeveral: {
    cause: 'Several of your applications share this issuer, and the token is for more than one of them: {found}.',
    fix: 'Let the client ask for a token for one application.',
  },
  audienceList: {
    cause:
      'The token is for several audiences, {found}. Yours, {expected}, is one of them, but only an access token may have others.',
    fix: "Let the client send its access_token, or an id_token for {expected} alone, as Authing's sign-in issues it.",
  },
  audienceLegacy: {
    cause: 'The user.token is of another user pool than userPool.id.',
    fix: 'Set userPool.id to the pool of your application: Authing console > Settings. Or let the client sign in at this pool.',
  },
  admissionAccessWanted: {
    cause: 'This is an {found}, and the accept option admits only {accept}.',
    fix: "Let the client send the access_token of the same answer, or add '{found}' to accept.",
  },
  admissionOtherWanted: {
    cause: 'This is an {found}, and the accept option admits only {accept}.',
    fix: "Let the client send what accept names, or add '{found}' to accept.",
  },
  admissionMachine: {
    cause: 'The token is of a programmatic access key ({key}), a machine, and accessKeys does not name it.',
    fix: "Set accessKeys: ['{key}'], if that server may call this API: compare the key with Authing console > Applications > your application > Programmatic access.",
  },
  admissionStranger: {
    cause: 'The token is of a programmatic access key ({key}) that acts for a user, and accessKeys does not name it.',
    fix: "Set accessKeys: ['{key}'] and delegates: 'allow', if that server may act for your users: compare the key with Authing console > Applications > your application > Programmatic access.",
  },
  admissionDelegate: {
    cause: 'The access key {key} acts for a user here, and delegates are refused.',
    fix: "Set delegates: 'allow', if that server may act for your users.",
  },
  standingInactive: {
    cause:
      'The issuer says that the token is not active any more: it was revoked, or its user was suspended or deleted.',
    fix: 'Let the client sign in again. Authing console > Users shows whether the user may.',
  },
  standingRevoked: {
    cause: 'The token, its user or its access key was revoked in this API.',
    fix: 'Let the client sign in again. If it was a mistake, take the revocation back where it was made.',
  },
  standingOnline: {
    cause: 'The issuer does not say whether the token is still active: {error}. The token may be good.',
    fix: 'Check whether this machine reaches the issuer, and compare how it asks (App Secret, client authentication) with Authing console > Applications > your application > Advanced. The guard answers 503 meanwhile.',
  },
  standingHook: {
    cause: 'The isRevoked hook did not answer: {error}. The token may be good.',
    fix: 'See why isRevoked threw, took longer than 2 s or returned no boolean. The guard answers 503 meanwhile.',
  },
  standingStore: {
    cause: 'The revocation check failed: {error}. The token may be good.',
    fix: 'Check whether this machine reaches the store of revocations. The guard answers 503 meanwhile.',
  },
  other: {
    cause: 'The guard refused the token: {reason} ({detail}).',
    fix: 'See "{reason}" in the table of errors in the README.',
  },
} as const
