/**
 * What a part of the platform answers; undefined where it is missing or throws. That it is there says nothing: in the
 * edge runtime of Next.js `process.getBuiltinModule` throws when it is called, in Deno each environment variable.
 */
export function ofPlatform<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}
