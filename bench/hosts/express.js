import { authingGuard } from 'authing-guard/express'
import express from 'express'
import expressFour from 'express4'
import { hosts } from '../http/hosts.js'
import { listen } from './listen.js'

const hostOf = (create) => ({
  listen(door, guard) {
    const middleware = { empty: hosts.express.empty, guarded: authingGuard(guard) }[door]
    return listen(hosts.express.listener(middleware, create()))
  },
})

export const express5 = hostOf(express)
export const express4 = hostOf(expressFour)
