import { scopeToken } from '../authorization/scope.js'
import { invalidOption } from '../common/config-error.js'
import { refined, type TableOf, text, texts } from '../common/options.js'
import type { ResourceMetadataOptions } from '../guard/resource-metadata.js'

/** The options of the document. The guard has checked the form of `resource`, which makes the address. */
export const resourceMetadataOptions = {
  resource: text('the URL of your API as clients call it'),
  scopesSupported: refined(texts('the scopes that a client may ask for', { default: undefined }), (scopes, name) => {
    if (scopes?.every((scope) => scopeToken.test(scope)) ?? true) return scopes
    throw invalidOption(name, 'must be one scope, or a list with one scope each (RFC 6749, 3.3)')
  }),
  resourceName: text('the name of your API', { default: undefined }),
} satisfies TableOf<ResourceMetadataOptions>
