// @ts-check
// A bookshop: reading needs a scope, deleting a book a permission at Authing, the back office a role.
import { authingErrorHandler, authingGuard, identityOf } from 'authing-guard/express'
import { authingPermissions } from 'authing-guard/permissions'
import express from 'express'

/**
 * @param {import('authing-guard/express').GuardOptions} options the guard's
 * @param {import('authing-guard/permissions').AuthingPermissionsOptions} authing where permissions are, and the key
 */
export function createBookshop(options, authing) {
  const checkPermission = authingPermissions(authing)
  const guard = authingGuard({ ...options, checkPermission, roles: 'authing' })
  const books = new Map([
    ['1', 'The Wind in the Willows'],
    ['2', 'Emma'],
  ])
  const app = express()
  app.use(guard)

  app.get('/books', guard.require({ scope: 'book:read' }), (_req, res) => {
    res.json(Object.fromEntries(books))
  })

  const mayDelete = guard.require({ action: 'book:delete', resource: (req) => `book:${req.params['id']}` })
  app.delete('/books/:id', mayDelete, (req, res) => {
    res.json({ deleted: books.delete(req.params.id) })
  })

  app.get('/admin', guard.require({ role: 'admin' }), (req, res) => {
    res.json({ admin: identityOf(req) })
  })

  app.use(authingErrorHandler)
  return app
}
