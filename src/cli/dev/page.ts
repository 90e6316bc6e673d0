import { readdir, readFile } from 'node:fs/promises'
import type { Answer } from '../../testing/route.js'
import type { Language } from '../language/language.js'
import { textsIn } from '../language/texts.js'

// The same folder is next to this file and next to the built one: the build copies it unchanged.
const folder = new URL('./page/', import.meta.url)

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json',
}

/** The page: its static files, and the document with the key and the language of this run. */
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

/** Reads the folder once. Requests look files up by name, so that no path leads out of the folder. */
export async function readPage(key: string, language: Language, chosen: Language | undefined): Promise<Page> {
  const names = await readdir(folder)
  const read = async (name: string) => [name, await readFile(new URL(name, folder), 'utf8')] as const
  const contents = new Map(await Promise.all(names.map(read)))
  const document = String(contents.get('console.html'))
    .replace('{{key}}', key)
    .replace('{{language}}', language)
    .replace('{{chosen}}', chosen ?? '')
  contents.delete('console.html')
  const files = [...contents].map(([name, text]): [string, Answer] => [`/${name}`, answer(name, text)])
  const texts = JSON.stringify({ en: textsIn('en').console, zh: textsIn('zh').console })
  return {
    document: answer('console.html', document),
    files: new Map([...files, ['/texts.json', answer('texts.json', texts)]]),
  }
}
