import { percent, table } from './table.js'

const titles = { express: 'Express 5', koa: 'Koa 3' }

/** Servers with one hot token. */
export function servers(http) {
  return Object.entries(http).map(([host, doors]) => {
    const { bare } = doors
    const rows = Object.entries(doors).map(([name, { perSecond, cpuUs, p99Ms, busy, besideEmpty }]) => [
      name === 'empty' ? 'an empty middleware' : name,
      Math.round(perSecond).toLocaleString('en'),
      percent(perSecond / bare.perSecond),
      name === 'bare' ? '' : percent(besideEmpty.perSecond),
      cpuUs.toFixed(1),
      name === 'bare' || name === 'empty' ? '' : signed(besideEmpty.addedUs),
      p99Ms,
      percent(busy),
    ])
    const head = ['requests a second', 'of bare', 'of empty', 'CPU us a request', 'over empty', 'p99 ms', 'core busy']
    return table([titles[host], ...head], rows)
  })
}

/** The guard on every host, and in functions that are called. */
export function hostTables({ http, functions }) {
  const rows = Object.entries(http).map(([host, { bare, empty, guarded, besideBare, besideEmpty }]) => [
    host,
    ...[bare, empty, guarded].map(({ cpuUs }) => cpuUs.toFixed(1)),
    signed(besideBare.addedUs),
    `${besideBare.cpu.toFixed(2)} x`,
    `${besideEmpty.cpu.toFixed(2)} x`,
    ...[bare, guarded].map(({ perSecond }) => Math.round(perSecond).toLocaleString('en')),
    `${besideBare.perSecond.toFixed(2)} x`,
  ])
  const head = ['CPU us a request: bare', 'empty', 'guarded', 'added', 'of bare', 'of empty']
  const calls = Object.entries(functions).map(([name, { bare, empty, guarded }]) => [
    name,
    ...[bare, empty, guarded].map(({ us }) => us),
    signed(guarded.us - bare.us),
  ])
  return [
    table(['host', ...head, 'requests a second: bare', 'guarded', 'of bare'], rows),
    table(['called in a process, us a call', 'bare', 'empty', 'guarded', 'added'], calls),
  ]
}

const signed = (value) => `${value >= 0 ? '+' : ''}${value.toFixed(1)}`

/** What is kept of tokens. */
export function memoryCurves(memory) {
  const counts = Object.keys(memory[0].curve).filter((_, at, all) => at > 0 && at % Math.ceil(all.length / 7) === 0)
  const rows = memory.map(({ name, tokenLength, curve }) => [
    `${name}, tokens of ${tokenLength.toLocaleString('en')} characters`,
    ...counts.map((count) => curve[count].toFixed(1)),
  ])
  return [table(['MiB after so many tokens', ...counts.map((count) => Number(count).toLocaleString('en'))], rows)]
}
