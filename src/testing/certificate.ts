import { type KeyObject, sign } from 'node:crypto'
import type { SigningKey } from './key.js'

// Node cannot make certificates: this writes the DER structures of RFC 5280 section 4.1.

const der = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents)
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content])
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content])
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content])
}

const sequence = (...contents: readonly Buffer[]): Buffer => der(0x30, ...contents)
const time = (utc: string): Buffer => der(0x17, Buffer.from(utc))

const version3 = Buffer.from('a003020102', 'hex')
const serialNumber = Buffer.from('020101', 'hex')
const commonName = Buffer.from('0603550403', 'hex')
const name = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from('attacker')))))
const validity = sequence(time('200101000000Z'), time('491231235959Z'))

/** The AlgorithmIdentifiers of sha256WithRSAEncryption, ecdsa-with-SHA256 and Ed25519. */
const identifiers: Readonly<Record<string, string>> = {
  rsa: '300d06092a864886f70d01010b0500',
  ec: '300a06082a8648ce3d040302',
  ed25519: '300506032b6570',
}

const keyType = (key: KeyObject): string => String(key.asymmetricKeyType)

/** Makes a self-signed certificate of a key, as DER. */
export const certificateOf = ({ privateKey, publicKey }: SigningKey): Buffer => {
  const type = keyType(publicKey)
  const identifier = Buffer.from(String(identifiers[type]), 'hex')
  const subjectKey = publicKey.export({ format: 'der', type: 'spki' })
  const content = sequence(version3, serialNumber, identifier, name, validity, name, subjectKey)
  const signature = sign(type === 'ed25519' ? null : 'sha256', content, privateKey)
  return sequence(content, identifier, der(0x03, Buffer.of(0), signature))
}

/** The same as PEM. */
export const certificatePem = (key: SigningKey): string =>
  `-----BEGIN CERTIFICATE-----\n${certificateOf(key).toString('base64')}\n-----END CERTIFICATE-----\n`
