import { percent, table } from './table.js'

const titles = { express: 'Express 5', koa: 'Koa 3' }

/** Servers with one hot token. */
export function servers(http) {
  return Object.entries(http).map(([host, doors]) => {
    const { bare, empty } = doors
    const rows = Object.entries(doors).map(([name, { perSecond, cpuUs, p99Ms, busy }]) => [
      name === 'empty' ? 'an empty middleware' : name,
      Math.round(perSecond).toLocaleString('en'),
      percent(perSecond / bare.perSecond),
      name === 'bare' ? '' : percent(perSecond / empty.perSecond),
      cpuUs.toFixed(1),
      name === 'bare' || name === 'empty' ? '' : signed(cpuUs - empty.cpuUs),
      p99Ms,
      percent(busy),
    ])
    const head = ['requests a second', 'of bare', 'of empty', 'CPU us a request', 'over empty', 'p99 ms', 'core busy']
    return table([titles[host], ...head], rows)
  })
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
