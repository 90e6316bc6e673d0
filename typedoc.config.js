import { entries } from './entries.js'

/** @type {import('typedoc').TypeDocOptions} */
const options = {
  name: 'authing-guard',
  entryPoints: entries.map(({ source }) => source),
  out: 'docs/api',
  readme: 'none',
  disableSources: true,
  excludePrivate: true,
  excludeExternals: true,
  treatWarningsAsErrors: true,
  validation: {
    notDocumented: true,
  },
  requiredToBeDocumented: [
    'Function',
    'Class',
    'Interface',
    'TypeAlias',
    'Variable',
    'Method',
    'CallSignature',
    'Accessor',
  ],
  intentionallyNotExported: [
    'src/common/reasons.ts:reasons',
    'src/common/checks.ts:CheckParams',
    'src/common/checks.ts:checks',
    'src/common/part.ts:Part',
    'src/introspection/call.ts:clientAuths',
    'src/token/token-options.ts:When',
    'src/common/identity.ts:Without',
    'src/adapters/serverless/authorizer.ts:Answers',
    'src/adapters/shared/request-authenticator.ts:Options',
    'src/adapters/nest/index.ts:AuthingModule',
    'src/testing/claims.ts:tokenTypes',
    'src/testing/fault.ts:faultNames',
    'src/crypto/algorithm.ts:publicKeyAlgorithms',
  ],
}

export default options
