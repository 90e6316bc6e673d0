// Loads four copies of the package, and uses the guard of each with the functions of each. Prints what they made of it.
import 'reflect-metadata'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const first = createRequire(import.meta.url)
const second = createRequire(new URL('second/package.json', import.meta.url))
const importFrom = (require, name) =>
  import(pathToFileURL(require.resolve(`authing-guard/${name}`).replace(/\.cjs$/, '.js')).href)
const copies = {}
for (const [folder, require] of [
  ['', first],
  ['second ', second],
]) {
  const names = ['express', 'nest', 'testing']
  const esm = await Promise.all(names.map((name) => importFrom(require, name)))
  const cjs = names.map((name) => require(`authing-guard/${name}`))
  for (const [format, [express, nest, testing]] of Object.entries({ esm, cjs })) {
    copies[`${folder}${format}`] = { express, nest, testing }
  }
}

const pool = await copies.esm.testing.createUserPool()
const authorization = `Bearer ${pool.mint({ scope: 'book:read' })}`
const through = (middleware, request) => new Promise((resolve) => middleware(request, {}, resolve))

/** The guard is of one copy, the decorators of the other. */
async function withDecorators(guardCopy, decoratorCopy, guard) {
  class Books {
    read() {}
    write() {}
  }
  const decorate = (name, scope) =>
    decoratorCopy.nest.Require({ scope })(Books.prototype, name, Object.getOwnPropertyDescriptor(Books.prototype, name))
  decorate('read', 'book:read')
  decorate('write', 'book:write')
  const contextOf = (name, request) => ({
    getType: () => 'http',
    getArgs: () => [request, { headersSent: false, header: () => {} }],
    getClass: () => Books,
    getHandler: () => Books.prototype[name],
  })
  const nestGuard = new guardCopy.nest.AuthingGuard(guard)
  const [interceptor] = Reflect.getMetadata('__interceptors__', Books.prototype.read)
  const request = { headers: { authorization } }
  const canActivate = await nestGuard.canActivate(contextOf('read', request))
  const admitted = canActivate && interceptor.intercept(contextOf('read', request), { handle: () => true })
  const required = await Promise.resolve()
    .then(() => nestGuard.canActivate(contextOf('write', { headers: { authorization } })))
    .catch(({ status }) => status)
  let withoutGuard = false
  try {
    interceptor.intercept(contextOf('read', { headers: {} }), { handle: () => true })
  } catch ({ message }) {
    withoutGuard = message.includes('no AuthingGuard ran')
  }
  return { admitted, required, withoutGuard }
}

const report = {}
for (const [guardName, guardCopy] of Object.entries(copies)) {
  let verified = 0
  const onEvent = ({ type }) => {
    if (type === 'verified') verified++
  }
  const guard = guardCopy.express.authingGuard({ ...pool.guardOptions, onEvent })
  await guard.ready()
  for (const [readerName, reader] of Object.entries(copies)) {
    const request = { headers: { authorization } }
    await through(guard, request)
    const refused = await through(guard, { headers: {} })
    const { identityOf, maybeIdentityOf, isGuardError } = reader.express
    // The same guard in an adapter of the other copy: the record counts, while the token is there.
    const before = verified
    const again = await through(reader.express.authingGuard(guard), request)
    const notVerifiedAgain = again === undefined && verified === before
    const gone = await through(reader.express.authingGuard(guard), Object.assign(request, { headers: {} }))
    report[`${guardName} > ${readerName}`] = {
      identity: identityOf(request).kind,
      maybe: maybeIdentityOf(request)?.kind,
      refusal: isGuardError(refused) && reader.express.errorResponse(refused).status,
      notVerifiedAgain,
      withoutToken: isGuardError(gone) && reader.express.errorResponse(gone).status,
      decorators: await withDecorators(guardCopy, reader, guard),
    }
  }
}

const request = {}
globalThis[Symbol.for('authing-guard.records')].set(request, { version: 2, caller: { kind: 'user' } })
report['unknown version'] = Object.values(copies).map(({ express }) => {
  try {
    return express.identityOf(request)
  } catch ({ message }) {
    return [express.maybeIdentityOf(request) ?? null, message.includes('two copies of authing-guard are loaded')]
  }
})
await pool.close()
process.stdout.write(JSON.stringify(report))
