// @ts-check
// The form that issues tokens, and the issued token.
import { byId, fill, make, showField, textsOf } from './document.js'
import { inspectToken } from './inspect.js'
import { inEachLanguage, t, textOrValue } from './language.js'
import { attempt, copy, notify } from './notice.js'
import { send } from './send.js'
import { act, Refused } from './server.js'

/** @typedef {import('../view.js').View} View */
/** @typedef {View['kinds'][number]} Kind */

const units = [1, 60, 3600, 86_400]
/**
 * An opaque token is not a JWT: its only defect can be its age.
 *
 * @type {Kind}
 */
const opaque = { type: 'opaque', fields: ['userId', 'scope'], defects: [], lifetime: 1_209_600, algorithms: {} }

const form = byId('mint-form', HTMLFormElement)
/** @param {string} id */
const select = (id) => byId(id, HTMLSelectElement)

/** @param {number} seconds */
const lifetimeInWords = (seconds) => {
  const unit = units.findLast((one) => seconds % one === 0) ?? 1
  return `${seconds / unit} ${textOrValue('unit', String(unit))}`
}

/** @param {Pick<View['users'][number], 'id' | 'nickname' | 'username'>} user */
export const nameOf = ({ id, nickname, username }) => nickname ?? username ?? id

/**
 * @param {View} view
 * @param {Kind} kind
 */
const algorithmsFor = ({ algorithms: names, apps }, kind) => {
  const appId = select('mint-app').value || apps[0]?.appId || ''
  const { default: standard, all } = kind.algorithms[appId] ?? { default: '', all: [] }
  /** @param {readonly string[]} list @param {string} group */
  const choices = (list, group) => list.map((name) => ({ value: name, text: name, group }))
  const others = names.filter((name) => !all.includes(name))
  return [
    { value: '', text: t('mint.default', { algorithm: standard }) },
    ...choices(all, t('mint.ownKeys')),
    ...choices(others, t('mint.otherKeys')),
  ]
}

/** @param {View} view */
export const showMint = (view) => {
  const { apps, users, accessKeys } = view
  const kinds = [...view.kinds, opaque]
  fill(
    select('mint-type'),
    kinds.map(({ type }) => ({ value: type, text: textOrValue('kind', type) })),
  )
  fill(
    select('mint-app'),
    apps.map(({ appId, algorithm }) => ({ value: appId, text: `${appId} (${algorithm})` })),
  )
  fill(
    select('mint-user'),
    users.map((user) => ({ value: user.id, text: nameOf(user) })),
  )
  fill(
    select('mint-key'),
    accessKeys.map((id) => ({ value: id, text: id })),
  )
  const kind = kinds.find(({ type }) => type === select('mint-type').value) ?? opaque
  fill(select('mint-algorithm'), algorithmsFor(view, kind))
  fill(select('mint-defect'), [
    { value: '', text: t('mint.right') },
    ...kind.defects.map((defect) => ({ value: defect, text: textOrValue('defect', defect) })),
  ])
  fill(
    select('mint-unit'),
    units.map((unit) => ({ value: String(unit), text: textOrValue('unit', String(unit)) })),
  )
  byId('mint-type-hint').textContent = textOrValue('kindHint', kind.type)
  byId('mint-defect-hint').hidden = select('mint-defect').value === ''
  byId('mint-life-hint').textContent = t('mint.lifeHint', { lifetime: lifetimeInWords(kind.lifetime) })
  for (const name of ['userId', 'accessKeyId', 'scope'])
    showField(
      form,
      name,
      kind.fields.some((one) => one === name),
    )
  showField(form, 'appId', apps.length > 1)
  for (const name of ['algorithm', 'defect', 'claims']) showField(form, name, kind !== opaque)
}

/**
 * @param {string | undefined} text
 * @param {'mint.claims' | 'mint.header'} field
 */
const objectOf = (text, field) => {
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (error) {
    // The browser's message says where, in the browser's language.
    throw new Refused(`${t('error.json', { field: t(field) })} ${error instanceof Error ? error.message : ''}`)
  }
  throw new Refused(t('error.json', { field: t(field) }))
}

const given = () => {
  const { amount, unit, claims, header, ...rest } = textsOf(form)
  return {
    ...rest,
    expiresIn: amount === undefined ? undefined : Number(amount) * Number(unit),
    claims: objectOf(claims, 'mint.claims'),
    header: objectOf(header, 'mint.header'),
  }
}

/**
 * Shows the token, each part in its own colour.
 *
 * @param {string} token
 */
const showToken = (token) => {
  const parts = token.split('.').map((part) => make('span', {}, part))
  byId('token').replaceChildren(...parts.flatMap((part, at) => (at === 0 ? [part] : ['.', part])))
  byId('minted').hidden = false
  byId('reply').hidden = true
  byId('send-minted').scrollIntoView({ block: 'nearest' })
}

/** The token of an earlier form is not that of this one. */
const clearToken = () => {
  byId('token').replaceChildren()
  byId('minted').hidden = true
}

const minted = () => byId('token').textContent ?? ''

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`

const curl = () => {
  const url = byId('api-url', HTMLInputElement).value
  const { value } = select('api-method')
  return `curl -i ${value === 'GET' ? '' : `-X ${value} `}-H ${quoted(`Authorization: Bearer ${minted()}`)} ${quoted(url)}`
}

/**
 * Chooses the user in the form.
 *
 * @param {string} userId
 */
export const mintFor = (userId) => {
  select('mint-user').value = userId
  byId('mint').scrollIntoView()
  select('mint-type').focus()
}

/** @param {() => View | undefined} current */
export const startMint = (current) => {
  const show = () => {
    const view = current()
    if (view) showMint(view)
  }
  form.addEventListener('change', show)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt('mint-fault', async () => {
      try {
        const { token } = await act('mint', given())
        showToken(String(token))
      } catch (error) {
        clearToken()
        throw error
      }
      notify(t('mint.done', { kind: textOrValue('kind', select('mint-type').value) }))
    })
  })
  byId('send-minted').addEventListener('click', () => send(minted()))
  byId('copy-curl').addEventListener('click', () => copy(curl(), t('mint.curlCommand')))
  byId('inspect-minted').addEventListener('click', () => inspectToken(minted()))
  byId('revoke-minted').addEventListener('click', () =>
    attempt('mint-fault', async () => {
      await act('revoke', { token: minted() })
      notify(t('revoked'))
    }),
  )
  inEachLanguage(show)
}
