// How much of the fuzz and the load a run does: all of it in `npm run test:all`, a share of it in `npm test`.

const isFull = process.env['TEST_SCALE'] === 'full'

/** So many cases in a full run, and one in `share` of them in an everyday one. */
export function scaled(full: number, share = 10): number {
  return isFull ? full : Math.ceil(full / share)
}

/** All of a list in a full run, and every tenth of it in an everyday one. */
export function sampled<T>(all: readonly T[], share = 10): readonly T[] {
  return isFull ? all : all.filter((_, at) => at % share === 0)
}
