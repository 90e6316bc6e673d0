import { authingGuard } from 'authing-guard/koa'
import Koa from 'koa'
import KoaTwo from 'koa2'
import { hosts } from '../http/hosts.js'
import { listen } from './listen.js'

const hostOf = (App) => ({
  listen(door, guard) {
    const middleware = { empty: hosts.koa.empty, guarded: authingGuard(guard) }[door]
    return listen(hosts.koa.listener(middleware, new App()))
  },
})

export const koa3 = hostOf(Koa)
export const koa2 = hostOf(KoaTwo)
