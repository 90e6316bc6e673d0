import { boundsOf } from './bounds.js'
import { coldStartTables } from './cold-start.js'
import { forwardTables } from './forward.js'
import { keyScenes } from './keys.js'
import { floodTable } from './online.js'
import { hostTables, memoryCurves, servers } from './servers.js'
import { table } from './table.js'
import { badTokens, extraWorkloads, goodTokens } from './tokens.js'
import { webhookTable } from './webhooks.js'

const parts = [
  {
    section: 'verify',
    title: 'Good tokens',
    note: 'Medians of rounds that were run in turn, in one process. Each call gets a string of its own, as from a parser. The floor is `crypto.verify` (or the HMAC) alone, over bytes that are cut already.',
    chart: 'tokens',
    tables: goodTokens,
  },
  {
    section: 'refused',
    title: 'Bad tokens',
    note: 'An id token with one bit of its signature flipped; three segments of random bytes; one that expired an hour ago.',
    chart: 'refused',
    tables: badTokens,
  },
  {
    section: 'http',
    title: 'Servers',
    note: 'One hot token, 64 connections; the server on one core, the load (autocannon) on another.',
    chart: 'http',
    tables: servers,
  },
  {
    section: 'hosts',
    title: 'Hosts',
    note: "One hot token, 64 connections: the host alone, with a middleware or hook that does nothing, and with the guard; the server on one core, the load on another. Ratios are medians of each round's own.",
    chart: undefined,
    tables: hostTables,
  },
  {
    section: 'forward',
    title: 'Forward auth',
    note: "One hot token, 64 connections: a server of `node:http` that answers 200 to everything, and `forwardAuth`, in one process on one core, the load on another. Behind nginx, which asks by `auth_request` and serves a file, nginx is on the core of the servers. Ratios are medians of each round's own.",
    chart: undefined,
    tables: forwardTables,
  },
  {
    section: 'memory',
    title: 'Memory',
    note: 'The heap after as many different tokens, each seen twice, over what it was before.',
    chart: 'memory',
    tables: memoryCurves,
  },
  {
    section: 'jwks',
    title: 'Keys',
    note: 'An issuer on loopback. For what gets old, authing-guard has its own clock; the others have an option that makes a set old after 200 ms, and aws-jwt-verify none.',
    chart: undefined,
    tables: keyScenes,
  },
  {
    section: 'online',
    title: 'Online',
    note: '1,000 requests in a second with opaque tokens of 100 users, and in every other second as many made-up tokens beside them. The issuer is a process of its own, and takes 20 ms to answer; `introspection.maxRate` is 10. In the second table it takes 50 ms, there is no `maxRate`, and the good tokens are ones that nobody has seen before, 29 a second.',
    chart: undefined,
    tables: floodTable,
  },
  {
    section: 'webhooks',
    title: 'Webhooks',
    note: 'An API on Express with a store, in a process of its own, on a core of its own: 1,000 requests a second with one hot token, 1,000 webhook events a second that each block another user, and both. The CPU of a request beside the events is what both take, less what the events take alone. The store is a Map in the process of the API, so its records are in the memory too.',
    chart: undefined,
    tables: webhookTable,
  },
  {
    section: 'cold-start',
    title: 'Cold start',
    note: "A new process imports the package, makes a verifier with the key given in the options, and verifies one RS256 token. Medians of processes that were run in turn. The clock starts in the program: Node's own start is the same for all, and is not in it. express-oauth2-jwt-bearer takes no key, so it verifies nothing here.",
    chart: undefined,
    tables: coldStartTables,
  },
  { section: 'extras', title: 'And besides', note: '', chart: undefined, tables: extraWorkloads },
]

/** The results in Markdown. */
export function reportOf({ machine, versions, sections }) {
  const { cpu, cores, memoryGiB, system, node, openssl } = machine
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const blocks = [
    '# authing-guard beside its peers',
    `Made by \`npm run bench\` on ${cores} cores of ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}, OpenSSL ${openssl}.`,
    `Versions: ${packages.join(', ')}.`,
  ]
  for (const { section, title, note, chart, tables } of parts) {
    if (sections[section] === undefined) continue
    const { date, measured } = sections[section]
    blocks.push(`## ${title}`, `${note} Measured on ${date}.`.trim())
    if (chart !== undefined) blocks.push(`![${title}](charts/${chart}.svg)`)
    blocks.push(...tables(measured))
  }
  return `${[...blocks, ...bounds(sections)].join('\n\n')}\n`
}

function bounds(sections) {
  const rows = boundsOf(sections).map(({ what, must, measured, met }) => [
    what,
    must,
    measured,
    met ? 'met' : '**missed**',
  ])
  if (rows.length === 0) return []
  return ['## Bounds', table(['what', 'must', 'measured', ''], rows, ['---', '---', '---', '---'])]
}
