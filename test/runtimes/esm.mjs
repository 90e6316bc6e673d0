// Run by Node, Bun and Deno: the package by import.
import { readFileSync } from 'node:fs'
import * as guards from 'authing-guard'
import * as adapter from 'authing-guard/fetch'
import { accept } from './acceptance.mjs'

const plan = JSON.parse(readFileSync(new URL('plan.json', import.meta.url), 'utf8'))
console.log(JSON.stringify(await accept(guards, adapter, plan)))
