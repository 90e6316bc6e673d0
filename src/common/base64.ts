const segment = /^[A-Za-z0-9_-]+$/

/** The bytes of a base64url text without padding (RFC 7515, 2); undefined for any other text. */
export function bytesOfBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!segment.test(text) || text.length % 4 === 1) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  // A callback for each byte takes ten times as long in a process that has just started.
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}
