// Compiled, never run: what a developer writes to serve the metadata of an API.
import { createServer } from 'node:http'
import { createGuard } from 'authing-guard'
import { authingGuard } from 'authing-guard/express'
import { authingGuard as koaGuard } from 'authing-guard/koa'
import { type MetadataResponse, type ResourceMetadata, resourceMetadata } from 'authing-guard/metadata'
import express from 'express'
import { Hono } from 'hono'
import Koa from 'koa'

const options = { issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' }
const resource = 'https://api.example.com'

// FITS
const guard = authingGuard({ ...options, resourceMetadata: { resource, scopesSupported: 'book:read' } })
const metadata: ResourceMetadata = resourceMetadata(guard)
express().use(metadata).get(metadata.path, metadata).use('/v1', metadata)
express.Router().use(resourceMetadata(guard.require({ scope: 'book:read' })))
new Koa().use(resourceMetadata(koaGuard(guard))).use(metadata)
new Hono().use(async (c, next) => metadata(c.req.raw) ?? (await next()))
createServer((request, response) => metadata(request, response, () => response.end()))
export const GET: (request: Request, context: object) => Response = (request) =>
  metadata(request) ?? new Response(null, { status: 404 })
export const answer: MetadataResponse | undefined = metadata.responseTo('GET', '/')
export const servers: readonly string[] = metadata.document.authorization_servers
createGuard({ ...options, credentials: 'optional', resourceMetadata: { resource, resourceName: undefined } })
resourceMetadata(createGuard({ ...options, credentials: 'optional', resourceMetadata: { resource } }))

// DOES NOT COMPILE
// @ts-expect-error a guard, not its options
resourceMetadata({ ...options, resourceMetadata: { resource } })
// @ts-expect-error which resource?
createGuard({ ...options, resourceMetadata: { scopesSupported: ['book:read'] } })
// @ts-expect-error the name of the option, not of the document's member
createGuard({ ...options, resourceMetadata: { resource, scopes_supported: ['book:read'] } })
// @ts-expect-error what comes next is needed
metadata({ headers: {} }, { statusCode: 200, setHeader: () => {}, end: () => {} })
