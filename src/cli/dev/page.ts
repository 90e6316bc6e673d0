import { readdir, readFile } from 'node:fs/promises'
import type { Answer } from '../../testing/route.js'
import type { Language } from '../language/language.js'

// The same folder beside this file and beside the built one: the build copies it as it is.
const folder = new URL('./page/', import.meta.url)

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** The console's page: its files as they are, and its document with the key and the language of this run. */
export interface Page {
  readonly document: Answer
  /** By path: `/console.css`. */
  readonly files: ReadonlyMap<string, Answer>
}

const answer = (name: string, body: string): Answer => ({
  status: 200,
  headers: { 'content-type': String(types[name.replace(/.*\./, '')]) },
  body,
})

/** Reads it once: what is asked for later is looked up by name, so that no path leads out of the folder. */
export async function readPage(key: string, language: Language): Promise<Page> {
  const names = await readdir(folder)
  const read = async (name: string) => [name, await readFile(new URL(name, folder), 'utf8')] as const
  const texts = new Map(await Promise.all(names.map(read)))
  const document = String(texts.get('console.html')).replace('{{key}}', key).replace('{{language}}', language)
  texts.delete('console.html')
  const files = [...texts].map(([name, text]): [string, Answer] => [`/${name}`, answer(name, text)])
  return { document: answer('console.html', document), files: new Map(files) }
}
