/** What `doctor` finds: a title, and what to do about it where it is not well. */
export const doctor = {
  optionsOk: { title: 'The options make a guard.', fix: '' },
  optionsWrong: { title: '{cause}', fix: '{fix}' },
  userPoolOnly: {
    title: 'No application: user.tokens of the older SDKs alone, and nothing to ask an issuer.',
    fix: '',
  },
  appIdShape: {
    title: 'appId {appId} is not like an App ID: those are 24 hexadecimal characters.',
    fix: 'Compare it with Authing console > Applications > your application > App ID.',
  },
  appIdPool: {
    title: "appId is the user pool's ID. Tokens are for an application.",
    fix: 'Set appId (AUTHING_APP_ID) to the App ID: Authing console > Applications > your application > App ID.',
  },
  transportTls: { title: "The issuer's certificate holds ({host}).", fix: '' },
  transportLocal: { title: 'The issuer is on this machine: http is good enough.', fix: '' },
  transportHttp: {
    title: 'The issuer is on plain http ({host}): whoever is on the way can put keys of his own there.',
    fix: 'Give the issuer a certificate, and take allowHttp away.',
  },
  transportUntrusted: {
    title: "The issuer's certificate does not hold ({host}: {code}).",
    fix: 'Let the issuer have a certificate of its name. For a private certificate authority start Node with NODE_EXTRA_CA_CERTS=ca.pem.',
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
  discoveryDown: {
    title: 'The issuer is not to be reached ({error}).',
    fix: 'See whether this machine reaches it: DNS, proxy, firewall. Compare issuer with Authing console > Applications > your application > Endpoints > Issuer.',
  },
  keysOk: { title: 'The JWKS is at {place}: {keys}.', fix: '' },
  keysGiven: { title: 'The keys are given by the jwks option: {keys}.', fix: '' },
  keysGivenAge: {
    title: 'Keys that are given are never renewed: when the application gets another one, every token is refused.',
    fix: 'Leave jwks out where this machine reaches the issuer.',
  },
  keysSkipped: {
    title: 'The JWKS has members that are no usable key: {skipped}.',
    fix: 'If a key of your application is among them, replace it: Authing console > Applications > your application.',
  },
  keysElsewhere: {
    title:
      'The keys at {asked} are not those that the issuer publishes, at {place}. Authing has two layouts for the JWKS.',
    fix: "Set jwksUri to '{place}'.",
  },
  keysFailed: {
    title: 'There are no keys to verify with: {error}.',
    fix: 'Compare issuer and appId with Authing console > Applications > your application > Endpoints, or set jwksUri to the JWKS address shown there.',
  },
  cacheOk: { title: 'The JWKS comes with: {headers}. The guard keeps it for {seconds} s whatever they say.', fix: '' },
  cacheNone: { title: 'The JWKS comes without cache headers. The guard keeps it for {seconds} s.', fix: '' },
  cacheOld: {
    title: 'The JWKS comes out of a cache, {age} s old: keys that were replaced since are not seen.',
    fix: 'Let the proxy or CDN in front of the issuer not cache /.well-known/jwks.json.',
  },
  clockOk: { title: "This machine's clock agrees with the issuer's.", fix: '' },
  clockOff: {
    title: "This machine's clock is {difference} {direction} the issuer's.",
    fix: 'Set this machine\'s clock (NTP, say "timedatectl set-ntp true").',
  },
  clockUnknown: {
    title: 'The issuer does not tell the time (no Date header), so the clocks were not compared.',
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
    title: 'Whether appSecret is right the issuer does not say ({why}).',
    fix: 'Give --token with an HS256 token of the application: its signature tells.',
  },
  secretPlain: { title: 'the issuer is on plain http, and no secret is sent there', fix: '' },
  secretOpen: { title: 'introspection asks for no secret', fix: '' },
  secretSilent: { title: 'introspection gives no answer', fix: '' },
  secretShape: {
    title: 'appSecret is not like an App Secret: those are 32 hexadecimal characters.',
    fix: 'Compare it with Authing console > Applications > your application > App Secret.',
  },
  secretPool: {
    title:
      "appSecret is the secret of the user pool or of an access key. Authing signs an application's tokens with its own App Secret.",
    fix: 'Set AUTHING_APP_SECRET (appSecret) to Authing console > Applications > your application > App Secret.',
  },
  onlineOk: { title: 'The issuer lets the application ask about tokens ({place}).', fix: '' },
  onlineOpen: {
    title: 'The issuer lets anybody ask about tokens ({place}): whether clientSecret is right it does not say.',
    fix: 'Choose an authentication method for introspection: Authing console > Applications > your application.',
  },
  onlineRefused: {
    title: 'The issuer does not let the application ask about tokens: {place} answers {status}.',
    fix: "Compare clientSecret and clientAuth of online with Authing console > Applications > your application: App Secret (not the user pool's), and the authentication method for introspection.",
  },
  onlineUnread: {
    title:
      '{place} answers 400: it reads no tokens like this one, or the clientSecret or clientAuth of online is wrong.',
    fix: 'Compare clientSecret and clientAuth of online with Authing console > Applications > your application.',
  },
  onlinePlain: {
    title: 'The issuer was not asked about a token: {place} is on plain http, and your guard sends clientSecret there.',
    fix: 'Give the issuer a certificate, and take allowHttp away.',
  },
  onlineOther: {
    title: '{place} answers, and does not say whether the token is active.',
    fix: 'That is no introspection endpoint: compare endpoint and protocol of online with Authing console > Applications > your application > Endpoints.',
  },
  onlineDown: {
    title: 'The issuer could not be asked about tokens: {error}.',
    fix: 'See whether this machine reaches it. Where introspection is elsewhere than Authing has it, set endpoint of online.',
  },
  onlineActive: {
    title: 'The issuer calls a token active that nobody has ({place}).',
    fix: 'That is no introspection endpoint: compare endpoint and protocol of online with Authing console > Applications > your application > Endpoints.',
  },
  storeOk: { title: 'The store gives back what it is given.', fix: '' },
  storeSlow: {
    title: 'The store is there, and did not answer within {seconds} s, which is the timeout of a call.',
    fix: 'Put the store nearer, or set timeout of store: each guard goes on without a store that is slow.',
  },
  storeDown: {
    title: 'The store does not work: {error}.',
    fix: 'See whether this machine reaches it, and whether the client of store may read and write there.',
  },
  storeForgets: {
    title: 'The store does not give back what it was given.',
    fix: 'See what the client of store does: get must give what set put there, and ttl is in milliseconds.',
  },
  managementOk: { title: 'The management API takes the access key ({host}).', fix: '' },
  managementPool: {
    title: "The access key is the user pool's own: it can do everything in the pool.",
    fix: 'Use a key that may only look up permissions: Authing console > Settings > Admins, an access key of a collaborator.',
  },
  managementRefused: {
    title: 'The management API does not take the access key: {error}.',
    fix: 'Compare AUTHING_ACCESS_KEY_ID and AUTHING_ACCESS_KEY_SECRET with Authing console > Settings > Admins, access keys.',
  },
  managementDown: {
    title: 'The management API is not to be reached: {error}.',
    fix: 'See whether this machine reaches it. Elsewhere than at api.authing.cn, set AUTHING_MANAGEMENT_HOST.',
  },
  managementWrong: {
    title: '{advice}',
    fix: 'Correct AUTHING_MANAGEMENT_HOST, AUTHING_ACCESS_KEY_ID or AUTHING_ACCESS_KEY_SECRET.',
  },
  tokenOk: { title: 'The token is accepted.', fix: '' },
  tokenRefused: { title: 'The token is refused. {cause}', fix: '{fix}' },
} as const
