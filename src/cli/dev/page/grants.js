// @ts-check
// What users and roles may do.
import { byId, fill, make, redraw, rowButton, showField, textsOf } from './document.js'
import { inEachLanguage, say } from './language.js'
import { nameOf } from './mint.js'
import { attempt, tell } from './news.js'
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
  if (role !== undefined) return `${say('people.role')}: ${role}`
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
      await act('ungrant', grant)
      tell(say('people.ungranted'))
    })
  const label = say('people.removeGrant', { grant: `${who}, ${action} ${resource}` })
  const denied = effect === 'deny' ? [make('span', { class: 'tag denied' }, say('people.mayNot')), ' '] : []
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
    make('td', { class: 'buttons' }, rowButton(say('people.takeBack'), label, remove)),
  )
}

let drawn = ''

/** @param {View} view */
export const showGrants = ({ grants, users }) => {
  fill(select('grant-to'), [
    { value: 'role', text: say('people.toRole') },
    { value: 'user', text: say('people.toUser') },
  ])
  fill(
    select('grant-user'),
    users.map((user) => ({ value: user.id, text: nameOf(user) })),
  )
  fill(select('grant-effect'), [
    { value: 'allow', text: say('people.allow') },
    { value: 'deny', text: say('people.deny') },
  ])
  fill(select('grant-model'), [
    { value: 'acl', text: say('people.acl') },
    { value: 'data', text: say('people.data') },
  ])
  const toRole = select('grant-to').value === 'role'
  showField(form, 'role', toRole)
  showField(form, 'userId', !toRole)
  const now = JSON.stringify([grants, users, say('remove')])
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
      tell(say('people.granted'))
    })
  })
}
