import type { Identity } from '../../../common/identity.js'

// Opt-in types, without code: `import 'authing-guard/express/global'` declares `req.identity` for a whole program. Not a
// part of `authing-guard/express`, so that an application may declare a `req.identity` of its own.

declare global {
  namespace Express {
    /** Express's request, with the caller. */
    interface Request {
      /**
       * The caller that a guard has admitted; undefined for an anonymous one, and where no guard ran. For handlers only:
       * any middleware can assign it, so authorize by `identityOf(req)`.
       */
      identity?: Identity | undefined
    }
  }
}
