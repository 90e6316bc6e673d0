import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

// A private certificate authority, as a company has one of its own: the few DER structures of RFC 5280, by hand.

const der = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents)
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content])
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content])
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content])
}
const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents)
const hex = (text: string) => Buffer.from(text, 'hex')
const nameOf = (text: string) => sequence(der(0x31, sequence(hex('0603550403'), der(0x0c, Buffer.from(text)))))
const ecdsaWithSha256 = hex('300a06082a8648ce3d040302')
const validity = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')))
const critical = hex('0101ff')
/** Basic constraints, section 4.2.1.9: this key signs certificates. */
const isAuthority = sequence(hex('0603551d13'), critical, der(0x04, sequence(critical)))
/** Subject alternative name, section 4.2.1.6: 127.0.0.1. */
const isLoopback = sequence(hex('0603551d11'), der(0x04, sequence(der(0x87, Buffer.of(127, 0, 0, 1)))))

interface Holder {
  readonly name: string
  readonly publicKey: KeyObject
  readonly extension: Buffer
}

function certificate({ name, publicKey, extension }: Holder, issuerName: string, issuerKey: KeyObject): string {
  const content = sequence(
    hex('a003020102'),
    der(0x02, Buffer.of(1), randomBytes(8)),
    ecdsaWithSha256,
    nameOf(issuerName),
    validity,
    nameOf(name),
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(extension)),
  )
  const signed = sequence(content, ecdsaWithSha256, der(0x03, Buffer.of(0), sign('sha256', content, issuerKey)))
  return `-----BEGIN CERTIFICATE-----\n${signed.toString('base64')}\n-----END CERTIFICATE-----\n`
}

/** An authority that nobody knows, and what a server on 127.0.0.1 shows that it has signed. */
export function privateAuthority() {
  const [root, server] = [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ]
  const name = 'a private authority'
  const holder = { name: 'a private deployment', publicKey: server.publicKey, extension: isLoopback }
  return {
    ca: certificate({ name, publicKey: root.publicKey, extension: isAuthority }, name, root.privateKey),
    cert: certificate(holder, name, root.privateKey),
    key: server.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}
