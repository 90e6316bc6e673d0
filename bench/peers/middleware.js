/** An Express middleware as a function of a token: called as the host would call it, on what it reads of a request. */
export function expressVerifier(middleware) {
  return (token) =>
    new Promise((resolve, reject) => {
      const request = new Request(`Bearer ${token}`)
      middleware(request, {}, (error) => (error === undefined ? resolve(request) : reject(error)))
    })
}

class Request {
  method = 'GET'
  url = '/'
  protocol = 'http'
  query = {}
  constructor(authorization) {
    this.headers = { host: 'localhost', authorization }
  }
  get(name) {
    return this.headers[name.toLowerCase()]
  }
  is() {
    return false
  }
}

/** The same for Koa. */
export function koaVerifier(middleware) {
  return (token) => middleware(new Context(`Bearer ${token}`), nothing)
}

const nothing = async () => {}

class Context {
  state = {}
  constructor(authorization) {
    this.headers = { authorization }
    this.header = this.headers
  }
  throw(status, message, properties) {
    throw Object.assign(new Error(message), { status }, properties)
  }
}

/** What a user writes around a library that has no door of its own. */
export const expressAround = (verify) => async (request, _, next) => {
  try {
    request.auth = await verify(request.headers.authorization.slice(7))
  } catch (error) {
    next(error)
    return
  }
  next()
}

export const koaAround = (verify) => async (ctx, next) => {
  ctx.state.auth = await verify(ctx.headers.authorization.slice(7))
  return next()
}
