import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { folder, install, pack, remove } from './pack.js'

export const doors = ['', '/express', '/koa', '/nest', '/fetch', '/serverless', '/permissions', '/testing'] as const

/** The package of a test file: packed, and installed in a folder of its own by its tarball. */
export function packed() {
  const place = { home: '', tarball: '', consumer: '' }
  beforeAll(async () => {
    place.home = await folder('package')
    place.tarball = await pack(place.home)
    place.consumer = join(place.home, 'consumer')
    await install(place.tarball, place.consumer)
  }, 300_000)
  afterAll(() => remove(place.home))
  return place
}
