const cipher = 'AES-GCM'
/** Bytes of the nonce in front, new each time (NIST SP 800-38D, 8.2.2). */
const nonceLength = 12
const purpose = new TextEncoder().encode('authing-guard: what an issuer said of a token')

/**
 * Encrypts a text so that only who has the token can read it: AES-256-GCM under a key that is derived from it (HKDF,
 * RFC 5869). Whoever reads the store learns nothing of the user there.
 */
export async function encryptFor(token: string, text: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceLength))
  const encrypted = await crypto.subtle.encrypt(
    { name: cipher, iv: nonce },
    await keyOf(token),
    new TextEncoder().encode(text),
  )
  return base64Of([...nonce, ...new Uint8Array(encrypted)])
}

/** The text that was encrypted for this token; undefined for anything else. */
export async function decryptedFor(token: string, encrypted: string): Promise<string | undefined> {
  try {
    const bytes = Uint8Array.from(atob(encrypted), (char) => char.charCodeAt(0))
    const parts = { nonce: bytes.slice(0, nonceLength), text: bytes.slice(nonceLength) }
    const text = await crypto.subtle.decrypt({ name: cipher, iv: parts.nonce }, await keyOf(token), parts.text)
    return new TextDecoder().decode(text)
  } catch {
    return undefined
  }
}

async function keyOf(token: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(token), 'HKDF', false, ['deriveKey'])
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: purpose }
  return crypto.subtle.deriveKey(derivation, material, { name: cipher, length: 256 }, false, ['encrypt', 'decrypt'])
}

function base64Of(bytes: readonly number[]): string {
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''))
}
