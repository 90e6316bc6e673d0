import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * A process that has just started: what it imports, how it makes a verifier with the keys at hand, and how it verifies.
 *
 * @typedef {object} Program
 * @property {Record<string, string>} imports the name of each package in `make` and `verify`
 * @property {string} make an expression, with `given` in scope
 * @property {string} [verify] an expression, with `verifier` and `token` in scope; left out where keys must be fetched
 */

const authingGuard = (specifier) => ({
  imports: { authingGuard: specifier },
  make: 'authingGuard.createGuard({ issuer: given.issuer, appId: given.appId, jwks: given.jwks })',
  verify: 'await verifier.verifyToken(token)',
})

/** As text, so that one program runs as a module and as CommonJS, with nothing loaded before it. @type {Record<string, Program>} */
export const programs = {
  'authing-guard': authingGuard('authing-guard'),
  'aws-jwt-verify': {
    imports: { aws: 'aws-jwt-verify' },
    make: `(() => {
      const { issuer, appId, jwks } = given
      const verifier = aws.JwtVerifier.create({ issuer, audience: appId, jwksUri: issuer + '/.well-known/jwks.json' })
      verifier.cacheJwks(jwks)
      return verifier
    })()`,
    verify: 'await verifier.verify(token)',
  },
  jose: {
    imports: { jose: 'jose' },
    make: 'jose.createLocalJWKSet(given.jwks)',
    verify: `await jose.jwtVerify(token, verifier, {
      issuer: given.issuer, audience: given.appId, algorithms: ['RS256'],
    })`,
  },
  'fast-jwt': {
    imports: { fastJwt: 'fast-jwt' },
    make: `fastJwt.createVerifier({
      key: given.pem, algorithms: ['RS256'], allowedIss: given.issuer, allowedAud: given.appId,
    })`,
    verify: 'verifier(token)',
  },
  jsonwebtoken: {
    imports: { jsonwebtoken: 'jsonwebtoken' },
    make: `(token) => (jsonwebtoken.default ?? jsonwebtoken).verify(token, given.pem, {
      algorithms: ['RS256'], issuer: given.issuer, audience: given.appId,
    })`,
    verify: 'verifier(token)',
  },
  'express-oauth2-jwt-bearer': {
    imports: { bearer: 'express-oauth2-jwt-bearer' },
    make: `bearer.auth({
      issuer: given.issuer, audience: given.appId, jwksUri: given.issuer + '/.well-known/jwks.json',
      tokenSigningAlg: 'RS256',
    })`,
  },
}

/** How each format loads a package. */
const loaders = {
  esm: { extension: 'mjs', load: (specifier) => `await import('${specifier}')` },
  cjs: { extension: 'cjs', load: (specifier) => `require('${specifier}')` },
}

/** @typedef {keyof typeof loaders} Format */
export const formats = /** @type {const} */ (['esm', 'cjs'])

/** Where the packages are found, and nothing is committed. `node -e` would have loaded node:crypto already. */
const folder = new URL('../node_modules/.cold-start/', import.meta.url)

/**
 * Writes a program. Its argument is what it is given, and it prints the milliseconds of each part as JSON.
 *
 * The clock starts in the program and not at the process, whose own 30 to 40 ms are the same for all and would make
 * every difference look small. Nothing is loaded before the clock starts: what a package needs of Node is its own cost.
 *
 * @param {string} name
 * @param {Format} format
 * @returns {string} the file
 */
export function writeProgram(name, format) {
  const { imports, make, verify } = programs[name]
  const { extension, load } = loaders[format]
  const lines = Object.entries(imports).map(([local, specifier]) => `const ${local} = ${load(specifier)}`)
  const source = `
    const { token, broken, ...given } = JSON.parse(process.argv[2])
    const parts = {}
    let last = performance.now()
    const lap = (name) => {
      const now = performance.now()
      parts[name] = now - last
      last = now
    }
    const run = async () => {
      ${lines.join('\n')}
      lap('import')
      const verifier = ${make}
      lap('make')
      ${verify === undefined ? '' : `${verify}\nlap('first')\n${mustRefuse(verify)}`}
      process.stdout.write(JSON.stringify(parts))
    }
    run()
  `
  mkdirSync(folder, { recursive: true })
  const file = fileURLToPath(new URL(`${name}.${extension}`, folder))
  writeFileSync(file, source)
  return file
}

/** A program that accepts everything would be fast. */
const mustRefuse = (verify) => `
  const isAccepted = await (async (token) => (${verify}, true))(broken).catch(() => false)
  if (isAccepted) throw new Error('a broken signature was accepted')
`
