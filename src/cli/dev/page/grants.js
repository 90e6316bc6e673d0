// @ts-check
// What users and roles may do.
import { byId, fill, make, redraw, rowButton, showField, textsOf } from './document.js'
import { inEachLanguage, t } from './language.js'
import { nameOf } from './mint.js'
import { attempt, notify } from './notice.js'
import { act } from './server.js'

/** @typedef {import('../view.js').View} View */
/** @typedef {View['grants'][number]} Grant */

const form = byId('grant-form', HTMLFormElement)
/** @param {string} id */
const select = (id) => byId(id, HTMLSelectElement)

/**
 * @param {Grant} grant
 * @param {View['users']} users
 */
const whoOf = ({ role, userId }, users) => {
  if (role !== undefined) return `${t('users.role')}: ${role}`
  const user = users.find(({ id }) => id === userId)
  return user ? nameOf(user) : String(userId)
}

/**
 * @param {Grant} grant
 * @param {View['users']} users
 */
const rowOf = (grant, users) => {
  const { effect, action, resource, model, namespace } = grant
  const who = whoOf(grant, users)
  const remove = () =>
    attempt('grant-fault', async () => {
      await act('remove-grant', grant)
      notify(t('users.grantRemoved'))
    })
  const label = t('users.removeGrant', { grant: `${who}, ${action} ${resource}` })
  const denied = effect === 'deny' ? [make('span', { class: 'tag denied' }, t('users.mayNot')), ' '] : []
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, who),
    make(
      'td',
      {},
      ...denied,
      make('code', {}, action),
      ' → ',
      make('code', {}, resource),
      make('span', { class: 'hint' }, `${model}, ${namespace}`),
    ),
    make('td', { class: 'buttons' }, rowButton(t('users.remove'), label, remove)),
  )
}

let drawn = ''

/** @param {View} view */
export const showGrants = ({ grants, users }) => {
  fill(select('grant-to'), [
    { value: 'role', text: t('users.toRole') },
    { value: 'user', text: t('users.toUser') },
  ])
  fill(
    select('grant-user'),
    users.map((user) => ({ value: user.id, text: nameOf(user) })),
  )
  fill(select('grant-effect'), [
    { value: 'allow', text: t('users.allow') },
    { value: 'deny', text: t('users.deny') },
  ])
  fill(select('grant-model'), [
    { value: 'acl', text: t('users.acl') },
    { value: 'data', text: t('users.data') },
  ])
  const toRole = select('grant-to').value === 'role'
  showField(form, 'role', toRole)
  showField(form, 'userId', !toRole)
  const now = JSON.stringify([grants, users, t('remove')])
  if (now === drawn) return
  drawn = now
  redraw(
    'grant-rows',
    'grants-title',
    grants.map((grant) => rowOf(grant, users)),
  )
  byId('no-grants').hidden = grants.length > 0
}

/** @param {() => View | undefined} current */
export const startGrants = (current) => {
  const show = () => {
    const view = current()
    if (view) showGrants(view)
  }
  inEachLanguage(show)
  form.addEventListener('change', show)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt('grant-fault', async () => {
      const { to, ...grant } = textsOf(form)
      await act('grant', grant)
      for (const id of ['grant-role', 'grant-action', 'grant-resource']) byId(id, HTMLInputElement).value = ''
      notify(t('users.granted'))
    })
  })
}
