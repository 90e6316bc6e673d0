import { ofPlatform } from '../common/platform.js'

/** The part of one of Node's diagnostics channels that events are published on. */
export interface Channel {
  readonly hasSubscribers: boolean
  publish(message: object): void
}

/**
 * The process's channel `authing-guard`; undefined where the runtime has no `diagnostics_channel` to ask for (browsers,
 * most edges, Node before 20.16). Asked for when it is needed: an import of a `node:` module would keep the guard from
 * being loaded there at all.
 */
export function openChannel(): Channel | undefined {
  return ofPlatform(() => globalThis.process.getBuiltinModule('node:diagnostics_channel').channel('authing-guard'))
}
