const list = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

/** What is about to happen. The schedule follows from the seed; keys and the guard's jitter are new in each run. */
export function printHeader({ seed, seconds, rate, speed, jwksCache, tokenCache, schedule, faults, pool }) {
  const algorithms = pool.apps.map(({ algorithm }) => algorithm).join(', ')
  const { events, starts } = schedule
  const down = new Set(events.filter(({ act }) => act === 'down').map(({ how }) => how))
  console.log(`soak: seed ${seed}, ${seconds} s, ${rate} requests a second, Node ${process.version}`)
  console.log(`  clock: the guard's and the pool's run ${speed} times as fast: ${seconds * speed} s in all`)
  console.log(
    `  guard: jwksCache ${JSON.stringify(jwksCache)} (the time-out by this machine's clock), tokenCache ${JSON.stringify(tokenCache)}`,
  )
  console.log(`  pool: ${pool.apps[0].issuer}, applications with ${algorithms}, ${starts} at the start`)
  console.log(
    `  schedule, from the seed alone: ${events.length} events, ${down.size} of the ${faults.length} ways of being down`,
  )
}

function keysLine({ ledger, pool }) {
  return pool.map(({ appId, algorithm }) => {
    const { refreshed, sought, failed, recovered } = ledger.apps.get(appId)
    const brought = `${refreshed} fetches brought keys (${sought} sought, ${recovered} after failures)`
    return `  ${algorithm}: ${brought}, ${failed} failed`
  })
}

/** What has happened. */
export function printSummary({ lasted, tally, weather, vitals, ledger, traffic, reasons, mostGrowth }) {
  const { seen } = weather
  const { curve, grown } = vitals.growth()
  const unasked = tally.unasked()
  const lines = [
    '',
    ...tally.table(),
    '',
    `  ${tally.total} requests in ${lasted.toFixed(0)} s, ${traffic.held} held back; verdicts: ${list(tally.verdicts)}`,
    `  refused for: ${list(reasons)}`,
    ...tally.latencies(),
    `  rotations: ${seen.rotations}, ${seen.keptOld} kept the old keys, ${seen.inOutage} while the pool was down`,
    `  outages: ${list(seen.outages)}; ${seen.delays} times slow; ${seen.rests} rests, ${seen.floods} floods`,
    ...keysLine({ ledger, pool: weather.pool.apps }),
    `  states entered: ${list(vitals.states)}`,
    `  sockets to the pool: ${vitals.mostSockets} at most, ${vitals.sockets} at the end`,
    `  heap and buffers, MiB: ${curve.join(' ')}`,
    `  last third against the second: ${grown.toFixed(2)} MiB more, at most ${mostGrowth} allowed`,
    `  fetches that failed for want of processor time: ${ledger.starved}`,
    `  unasked: ${unasked.requests} tokens of unknown keys were 503, the budget for unknown kids used up;`,
    `    a new key until at most ${unasked.longest.toFixed(1)} s after the rotation, by the guard's clock`,
    '',
  ]
  console.log(lines.join('\n'))
}
