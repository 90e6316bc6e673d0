import { expect, test } from 'vitest'
import { layers } from '../support/layers.js'
import { readText } from './markdown.js'

const text = readText('CONTRIBUTING.md')
const [, picture = ''] = /```mermaid\n([\s\S]*?)```/.exec(text) ?? []

test('the picture of the layers in CONTRIBUTING shows the layers of the house test, in their order', () => {
  const shown = [...picture.matchAll(/^ +\w+\["([^ "]+)/gm)].map(([, layer = '']) =>
    layer.replace('#lt;', '<').replace('#gt;', '>'),
  )
  expect(shown).toEqual(layers)
})

test('the table of folders in CONTRIBUTING names each layer, in its order', () => {
  const named = [...text.matchAll(/^\| `src\/([^`]+)` \|/gm)].map(([, layer]) => layer)
  expect(named).toEqual(layers)
})
