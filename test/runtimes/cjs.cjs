// Run by Node, Bun and Deno: the package by require.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const guards = require('authing-guard')
const adapter = require('authing-guard/fetch')

async function main() {
  const { accept } = await import('./acceptance.mjs')
  const plan = JSON.parse(readFileSync(join(__dirname, 'plan.json'), 'utf8'))
  console.log(JSON.stringify(await accept(guards, adapter, plan)))
}
main()
