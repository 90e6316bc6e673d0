/** The findings of `doctor`: a title, and a fix if there is a problem. */
export const doctor = {
  optionsOk: { title: 'The options make a guard.', fix: '' },
  optionsWrong: { title: '{cause}', fix: '{fix}' },
  userPoolOnly: {
    title: 'No application: the guard admits only user.tokens of the older SDKs, and needs no issuer.',
    fix: '',
  },
  appIdShape: {
    title: 'appId {appId} does not look like an App ID, which has 24 hexadecimal characters.',
    fix: 'Compare it with Authing console > Applications > your application > App ID.',
  },
  appIdPool: {
    title: "appId is the user pool's ID. Tokens are for an application.",
    fix: 'Set appId (AUTHING_APP_ID) to the App ID: Authing console > Applications > your application > App ID.',
  },
  appIdOther: {
    title: 'The issuer names the App ID {found}, and appId is {appId}.',
    fix: 'Set issuer (AUTHING_ISSUER) and appId (AUTHING_APP_ID) again, and take both from the same application: Authing console > Applications > your application.',
  },
  appIdKeys: {
    title: 'The keys that the guard verifies with are not those of the App ID {appId}, which are at {place}.',
    fix: "Compare appId (AUTHING_APP_ID) with Authing console > Applications > your application > App ID. If it is right, set jwksUri to '{place}'.",
  },
  appIdOk: { title: 'The App ID {appId} exists: {how}.', fix: '' },
  appIdByToken: { title: 'the token is for it', fix: '' },
  appIdBySecret: { title: 'the issuer knows its appSecret', fix: '' },
  appIdByIntrospection: { title: 'the issuer lets it introspect tokens, and not a made-up caller', fix: '' },
  appIdByAddress: { title: 'its keys are at {place}, and a made-up App ID has none', fix: '' },
  appIdUnproven: {
    title: 'No answer of the issuer confirms that the App ID {appId} exists. With a wrong one every token is refused.',
    fix: 'Run doctor again with --token and a token of the application, or with AUTHING_APP_SECRET set: both prove it. Or compare it with Authing console > Applications > your application > App ID.',
  },
  userPoolOk: { title: 'userPool.id and userPool.jwtSecret are right: the token is from that pool.', fix: '' },
  userPoolUnproven: {
    title: 'Nothing confirms that userPool.id and userPool.jwtSecret are right.',
    fix: 'Run doctor again with --token and a user.token of the older SDKs: its signature proves both.',
  },
  transportTls: { title: "The issuer's certificate is valid ({host}).", fix: '' },
  transportLocal: { title: 'The issuer is on this machine: http is good enough.', fix: '' },
  transportHttp: {
    title: 'The issuer is on plain http ({host}): anybody on the network path can replace the keys.',
    fix: 'Give the issuer a certificate, and remove allowHttp.',
  },
  transportUntrusted: {
    title: "The issuer's certificate is not valid ({host}: {code}).",
    fix: 'Give the issuer a certificate for its host name. For a private certificate authority start Node with NODE_EXTRA_CA_CERTS=ca.pem.',
  },
  discoveryOk: { title: 'The discovery document names the same issuer.', fix: '' },
  discoveryOther: {
    title: 'You expect the issuer {expected}, and the discovery document names {found}.',
    fix: 'Set issuer (AUTHING_ISSUER) to {found}; compare it with Authing console > Applications > your application > Endpoints > Issuer.',
  },
  discoveryNear: {
    title: 'There is no discovery document at {expected}; your host has one that names {found}.',
    fix: 'Set issuer (AUTHING_ISSUER) to {found}; compare it with Authing console > Applications > your application > Endpoints > Issuer.',
  },
  discoveryMissing: {
    title: 'There is no discovery document at {expected}. The guard needs none, but Authing always has one.',
    fix: 'Compare issuer (AUTHING_ISSUER) with Authing console > Applications > your application > Endpoints > Issuer: it ends in /oidc.',
  },
  discoveryFailed: {
    title: 'The discovery document could not be read: {error}.',
    fix: 'The issuer fails at the moment, or something in front of it answers: run doctor again later. The guard needs no discovery document.',
  },
  discoveryDown: {
    title: 'The issuer could not be reached ({error}).',
    fix: 'Check whether this machine reaches it: DNS, proxy, firewall. Compare issuer with Authing console > Applications > your application > Endpoints > Issuer.',
  },
  keysOk: { title: 'The JWKS is at {place}: {keys}.', fix: '' },
  keysGiven: { title: 'The keys are given by the jwks option: {keys}.', fix: '' },
  keysGivenAge: {
    title: 'Given keys are never renewed: when the application gets a new key, every token is refused.',
    fix: 'Leave jwks out if this machine reaches the issuer.',
  },
  keysSkipped: {
    title: 'The JWKS has members that are not usable keys: {skipped}.',
    fix: 'If a key of your application is among them, replace it: Authing console > Applications > your application.',
  },
  keysElsewhere: {
    title:
      'The keys at {asked} are not those that the issuer publishes at {place}. Authing has two layouts for the JWKS.',
    fix: "Set jwksUri to '{place}'.",
  },
  keysFailed: {
    title: 'There are no keys to verify with: {error}.',
    fix: 'Compare issuer and appId with Authing console > Applications > your application > Endpoints, or set jwksUri to the JWKS address shown there.',
  },
  keysDown: {
    title: 'There are no keys to verify with: {error}.',
    fix: 'The issuer or the network fails at the moment, which says nothing about the options. Check whether this machine reaches the issuer (DNS, proxy, firewall), and run doctor again.',
  },
  keysTooMany: {
    title: 'There are no keys to verify with: {error}.',
    fix: 'Publish fewer keys in the JWKS of the issuer; Authing publishes one.',
  },
  keysUnfit: {
    title: 'There are no keys to verify with: {error}.',
    fix: 'Publish an RSA key of at least 2048 bits, with use "sig", at the issuer; see the algorithms option as well.',
  },
  cacheOk: { title: 'The JWKS comes with: {headers}. The guard keeps it for {seconds} s in any case.', fix: '' },
  cacheNone: { title: 'The JWKS comes without cache headers. The guard keeps it for {seconds} s.', fix: '' },
  cacheOld: {
    title: 'The JWKS comes from a cache and is {age} s old: it does not show later changes of the keys.',
    fix: 'Configure the proxy or CDN in front of the issuer not to cache /.well-known/jwks.json.',
  },
  clockOk: { title: "This machine's clock agrees with the issuer's.", fix: '' },
  clockOff: {
    title: "This machine's clock is {difference} {direction} the issuer's.",
    fix: 'Set this machine\'s clock (NTP, say "timedatectl set-ntp true").',
  },
  clockUnknown: {
    title: 'The issuer sends no Date header, so the clocks were not compared.',
    fix: '',
  },
  secretNone: {
    title: 'No appSecret: HS256 tokens are refused. That is right where the application signs with RS256.',
    fix: '',
  },
  secretProven: { title: 'appSecret is right: the issuer knows it for this appId.', fix: '' },
  secretRefused: {
    title: 'appSecret is wrong: the issuer does not know it for this appId (introspection answers 401).',
    fix: "Copy it again: Authing console > Applications > your application > App Secret (not the user pool's), and compare appId there.",
  },
  secretUnproven: {
    title: 'The issuer does not say whether appSecret is right ({why}).',
    fix: 'Use --token with an HS256 token of the application: its signature shows it.',
  },
  secretPlain: { title: 'the issuer is on plain http, so no secret was sent', fix: '' },
  secretOpen: { title: 'introspection asks for no secret', fix: '' },
  secretSilent: { title: 'introspection answers something else', fix: '' },
  secretShape: {
    title: 'appSecret does not look like an App Secret, which has 32 hexadecimal characters.',
    fix: 'Compare it with Authing console > Applications > your application > App Secret.',
  },
  secretPool: {
    title:
      "appSecret is the secret of the user pool or of an access key. Authing signs an application's tokens with its own App Secret.",
    fix: 'Set AUTHING_APP_SECRET (appSecret) to Authing console > Applications > your application > App Secret.',
  },
  onlineOk: { title: 'The issuer lets the application introspect tokens ({place}).', fix: '' },
  onlineAnybody: { title: '{place} answers introspection, and does not ask who the caller is.', fix: '' },
  onlineOpen: {
    title: 'The issuer lets anybody introspect tokens ({place}), so it does not say whether clientSecret is right.',
    fix: 'Choose an authentication method for introspection: Authing console > Applications > your application.',
  },
  onlineRefused: {
    title: 'The issuer does not let the application introspect tokens: {place} answers {status}.',
    fix: "Compare clientSecret and clientAuth of introspection with Authing console > Applications > your application: App Secret (not the user pool's), and the authentication method for introspection.",
  },
  onlineUnread: {
    title:
      '{place} answers 400: it does not accept tokens like this one, or the clientSecret or clientAuth of introspection is wrong.',
    fix: 'Compare clientSecret and clientAuth of introspection with Authing console > Applications > your application.',
  },
  onlinePlain: {
    title: 'Introspection was not tried: {place} is on plain http, and your guard sends clientSecret there.',
    fix: 'Give the issuer a certificate, and remove allowHttp.',
  },
  onlineOther: {
    title: '{place} answers, and does not say whether the token is active.',
    fix: 'That is not an introspection endpoint: compare endpoint and protocol of introspection with Authing console > Applications > your application > Endpoints.',
  },
  onlineDown: {
    title: 'Introspection failed: {error}.',
    fix: 'Check whether this machine reaches it. If introspection has another address than at Authing, set endpoint of introspection.',
  },
  onlineActive: {
    title: 'The issuer reports a token that does not exist as active ({place}).',
    fix: 'That is not an introspection endpoint: compare endpoint and protocol of introspection with Authing console > Applications > your application > Endpoints.',
  },
  storeOk: { title: 'The store returns what was written.', fix: '' },
  storeSlow: {
    title: 'The store works, but did not answer within {seconds} s, which is the timeout of a call.',
    fix: 'Move the store closer, or set timeout of store: a guard goes on without a slow store.',
  },
  storeDown: {
    title: 'The store does not work: {error}.',
    fix: 'Check whether this machine reaches it, and whether the client of store may read and write there.',
  },
  storeForgets: {
    title: 'The store does not return what was written.',
    fix: 'Check the client of store: get must return what set has stored, and ttl is in milliseconds.',
  },
  managementOk: { title: 'The management API accepts the access key ({host}).', fix: '' },
  managementPool: {
    title: "The access key is the user pool's own: it can do everything in the pool.",
    fix: 'Use a key that may only read permissions: Authing console > Settings > Admins, an access key of a collaborator.',
  },
  managementRefused: {
    title: 'The management API does not accept the access key: {error}.',
    fix: 'Compare AUTHING_ACCESS_KEY_ID and AUTHING_ACCESS_KEY_SECRET with Authing console > Settings > Admins, access keys.',
  },
  managementDown: {
    title: 'The management API could not be reached: {error}.',
    fix: 'Check whether this machine reaches it. If it is not at api.authing.cn, set AUTHING_MANAGEMENT_HOST.',
  },
  managementWrong: {
    title: '{advice}',
    fix: 'Correct AUTHING_MANAGEMENT_HOST, AUTHING_ACCESS_KEY_ID or AUTHING_ACCESS_KEY_SECRET.',
  },
  tokenOk: { title: 'The token is accepted.', fix: '' },
  tokenRefused: { title: 'The token is refused. {cause}', fix: '{fix}' },
} as const
