import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem, type } from 'node:os'

/** @param {string} name */
function versionOf(name) {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}

/** Every package that is measured, or measured with, and its version. */
export function versions() {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return Object.fromEntries(Object.keys(dependencies).map((name) => [name, versionOf(name)]))
}

export function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${process.arch}`,
    node: process.versions.node,
    openssl: process.versions.openssl,
  }
}
