import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { folder, install, pack, remove, root } from './pack.js'

/** Every subpath that the package exports, as it follows the package's name. */
export const subpaths = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => subpath.slice(1))

/** Every command that it brings. */
export const commands = 'bin' in manifest ? Object.keys(Object(manifest.bin)) : []

/** All that is installed with it. */
export const dependencies = Object.keys(manifest.dependencies)

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

/** Installs Nest, of whose classes the entry `/nest` needs one, as its users have done. */
export async function linkNest(consumer: string): Promise<void> {
  await mkdir(join(consumer, 'node_modules/@nestjs'))
  for (const name of ['@nestjs/common', 'reflect-metadata']) {
    await symlink(join(root, 'node_modules', name), join(consumer, 'node_modules', name))
  }
}
