import { table, times, us } from './table.js'

const orders = { hot: 'one hot token', inTurn: '10,000 in turn', different: 'all different' }
const ways = { sequential: 'one at a time', together: '64 at once' }

/** Good tokens: a table for each algorithm and way. */
export function goodTokens(verify) {
  return Object.entries(verify).flatMap(([algorithm, { tokenLength, times: measured, unfit }]) => [
    `### ${algorithm}, a token of ${tokenLength} characters`,
    ...Object.entries(measured).map(([way, byOrder]) => goodTable(ways[way], byOrder)),
    ...notSupported(unfit),
  ])
}

function goodTable(way, byOrder) {
  const names = Object.keys(byOrder.hot)
  const rows = names.map((name) => [
    name,
    ...Object.keys(orders).map((order) => {
      const { us: value } = byOrder[order][name]
      return name === 'floor' ? us(value) : `${us(value)} (${times(value, byOrder[order].floor.us)})`
    }),
  ])
  return table([`${way}, us a token (x the floor)`, ...Object.values(orders)], rows)
}

function notSupported(unfit) {
  const names = Object.entries(unfit).map(([name, why]) => `${name} (${why})`)
  return names.length === 0 ? [] : [`Not supported: ${names.join('; ')}.`]
}

const wrongs = { signature: 'bad signature', garbage: 'random segments', expired: 'expired' }

/** Bad tokens. */
export function badTokens(refused) {
  return Object.entries(refused).flatMap(([algorithm, kinds]) => {
    const names = Object.keys(kinds.signature.times)
    const rows = names.map((name) => [
      name,
      ...Object.keys(wrongs).map((wrong) => {
        const { times: measured, unfit } = kinds[wrong]
        return measured[name] === undefined ? (unfit[name] ?? '-') : us(measured[name].us)
      }),
    ])
    return [table([`${algorithm}, one at a time, us a token`, ...Object.values(wrongs)], rows)]
  })
}

export function extraWorkloads(extras) {
  const rows = Object.entries(extras).flatMap(([workload, measured]) =>
    Object.entries(measured).map(([name, { us: value }], at) => [at === 0 ? workload : '', `\`${name}\``, us(value)]),
  )
  return [table(['workload', 'call', 'us a token'], rows, ['---', '---', '---:'])]
}
