import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import express from 'express'
import { median } from './stats.js'

/**
 * Requests that are handed to a server's listener in the process: real objects of `node:http`, and no network, whose
 * cost and scatter would hide what a middleware adds.
 *
 * @param {readonly string[]} authorizations one for each request
 */
export function requestsOf(authorizations) {
  // One connection that is kept alive.
  const socket = new Socket()
  return authorizations.map((authorization) => {
    const request = new IncomingMessage(socket)
    request.method = 'GET'
    request.url = '/'
    request.httpVersion = '1.1'
    request.httpVersionMajor = 1
    request.httpVersionMinor = 1
    const headers = ['Host', 'api.example.com', 'Accept', '*/*', 'Authorization', authorization]
    request.rawHeaders.push(...headers)
    for (let at = 0; at < headers.length; at += 2) request.headers[headers[at].toLowerCase()] = headers[at + 1]
    return { request, response: new ServerResponse(request) }
  })
}

/** Microtasks until an answer; what waits for anything else is not hot. */
const mostTurns = 1000

/**
 * What hands requests to a listener, one after the other. A listener that answers in place is not awaited.
 *
 * @param {import('node:http').RequestListener} listener
 */
export function caller(listener) {
  return async (requests) => {
    for (const { request, response } of requests) {
      listener(request, response)
      // Without a socket it never finishes; and an event would cost more than the few turns that a promise takes.
      for (let turn = 0; !response.writableEnded; turn++) {
        if (turn > mostTurns) throw new Error('the host does not answer')
        await undefined
      }
      if (response.statusCode !== 200) throw new Error(`the host answers ${response.statusCode}`)
    }
  }
}

/**
 * Hands requests to Express with this middleware in it, and gives the median of the microseconds from when Express calls
 * the middleware until what stands behind it is called. Express itself takes ten times as long, and so scatters by more
 * than a middleware takes.
 *
 * @param {Function} middleware
 * @returns {(requests: readonly object[]) => Promise<number>}
 */
export function middlewareTimer(middleware) {
  const app = express()
  // Keeps the refusals off the console that come when a server is checked.
  app.set('env', 'test')
  const times = []
  let start = 0
  app.use((request, response, next) => {
    start = performance.now()
    middleware(request, response, next)
  })
  app.use((_request, response) => {
    times.push(performance.now() - start)
    response.end()
  })
  const call = caller(app)
  return async (requests) => {
    times.length = 0
    await call(requests)
    return median(times) * 1000
  }
}
