import { isLocal } from '../common/address.js'
import { invalidOption } from '../common/config-error.js'
import { OptionReader } from '../common/option-reader.js'
import type { Option } from '../common/options.js'

/** What the metadata document says of the API (RFC 9728, section 2). The issuers of the guard are added. */
export interface ResourceMetadataOptions {
  /**
   * The URL of the API as its clients call it: `https://api.example.com/mcp`. https, on loopback also http; without
   * query and fragment, in the form that URL parsers give it. Clients compare it with the URL that they call.
   */
  readonly resource: string
  /** The scopes that a client may ask for. Default: none are named. */
  readonly scopesSupported?: string | readonly string[] | undefined
  /** The name of the API, for people. Default: none. */
  readonly resourceName?: string | undefined
}

/** Where the metadata document is, and what it says. */
export interface ResourceMetadata {
  /** The address of the document, for the challenge. */
  readonly address: string
  /** The options of the document, of which `resource` is checked; undefined where it is served elsewhere. */
  readonly given: OptionReader | undefined
}

const names = ['resource', 'scopesSupported', 'resourceName'] satisfies (keyof ResourceMetadataOptions)[]

/**
 * The option `resourceMetadata`: the address of a document that is served elsewhere, or what a document says. Whoever
 * serves that checks the rest, so that a guard without metadata does not carry it.
 */
export const resourceMetadata: Option<ResourceMetadata | undefined> = {
  read: (value, name) => {
    if (value === undefined) return undefined
    if (typeof value === 'string') return { address: urlOf(value, name).href, given: undefined }
    const given = new OptionReader(value, `${name}.`, names)
    const resource = given.get('resource')
    const { origin, pathname } = urlOf(resource, `${name}.resource`)
    const exact = origin + pathname
    // Clients compare it as a string, and all parsers must find the same path in it.
    if (exact !== resource && exact !== `${resource}/`) throw given.invalid('resource', `must be written as ${exact}`)
    // RFC 9728, 3.1: between the host and the path, of which a slash alone is left out.
    return { address: `${origin}/.well-known/oauth-protected-resource${pathname.replace(/^\/$/, '')}`, given }
  },
}

function urlOf(value: unknown, name: string): URL {
  if (typeof value === 'string' && URL.canParse(value) && !value.includes('#')) {
    const url = new URL(value)
    if (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(value))) return url
  }
  throw invalidOption(name, 'must be an https URL (http on loopback alone) without a fragment')
}
