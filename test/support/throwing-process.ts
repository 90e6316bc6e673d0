/** Throws like Deno does without `--allow-env`, and like members of `process` in the edge runtime of Next.js. */
function refuse(name: string): never {
  throw Object.assign(new Error(`Requires env access to "${name}"`), { name: 'NotCapable' })
}

/** A process whose members are there, and throw when they are used. */
export const throwingProcess = {
  env: new Proxy({}, { get: (_, name) => refuse(String(name)) }),
  emitWarning: () => refuse('emitWarning'),
  getBuiltinModule: () => refuse('getBuiltinModule'),
}
