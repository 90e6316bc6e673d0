// @ts-check
// Users and their roles.
import { byId, fill, make, redraw, rowButton, textsOf } from './document.js'
import { inEachLanguage, say, sayOf } from './language.js'
import { mintFor, nameOf } from './mint.js'
import { attempt, tell } from './news.js'
import { act } from './server.js'

/** @typedef {import('../view.js').View} View */
/** @typedef {View['users'][number]} User */

const statuses = ['Activated', 'Suspended', 'Resigned', 'Archived']
const usual = 'default'

/** @param {User['roles'][number]} role */
const roleText = ({ code, namespace }) => (namespace === usual ? code : `${namespace}/${code}`)

/** @param {string} text */
const rolesOf = (text) =>
  text
    .split(/[,，、]/)
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => {
      const slash = one.indexOf('/')
      return slash < 0 ? one : { namespace: one.slice(0, slash), code: one.slice(slash + 1) }
    })

/** @param {User} user */
const rolesForm = (user) => {
  const name = nameOf(user)
  const field = make('input', {
    'aria-label': say('people.rolesOf', { user: name }),
    value: user.roles.map(roleText).join(', '),
    autocomplete: 'off',
    spellcheck: 'false',
  })
  const form = make(
    'form',
    { class: 'joined' },
    field,
    make('button', { class: 'quiet', 'aria-label': say('people.saveRoles', { user: name }) }, say('save')),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt('user-fault', async () => {
      await act('set-roles', { userId: user.id, roles: rolesOf(field.value) })
      tell(say('people.saved', { user: name }))
    })
  })
  return form
}

/** @param {User} user */
const rowOf = (user) => {
  const name = nameOf(user)
  const remove = () =>
    attempt('user-fault', async () => {
      await act('remove-user', { userId: user.id })
      tell(say('people.removed', { user: name }))
    })
  const status = user.status === 'Activated' ? [] : [make('span', { class: 'tag' }, sayOf('status', user.status))]
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, make('span', { class: 'name' }, name), ...status, make('code', {}, user.id)),
    make('td', {}, rolesForm(user)),
    make(
      'td',
      { class: 'buttons' },
      rowButton(say('people.mintFor'), say('people.mintForWhom', { user: name }), () => mintFor(user.id)),
      rowButton(say('remove'), say('people.removeWhom', { user: name }), remove),
    ),
  )
}

let drawn = ''

/** @param {View} view */
export const showPeople = ({ users }) => {
  fill(
    byId('user-status', HTMLSelectElement),
    statuses.map((status) => ({ value: status, text: sayOf('status', status) })),
  )
  const now = JSON.stringify([users, say('remove')])
  // What somebody is typing into a row stays, as long as nothing about users changes.
  if (now === drawn) return
  drawn = now
  redraw('user-rows', 'users-title', users.map(rowOf))
}

/** @param {() => View | undefined} current */
export const startPeople = (current) => {
  inEachLanguage(() => {
    const view = current()
    if (view) showPeople(view)
  })
  const form = byId('user-form', HTMLFormElement)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt('user-fault', async () => {
      const { roles = '', ...rest } = textsOf(form)
      const user = /** @type {User} */ (
        /** @type {unknown} */ (await act('add-user', { ...rest, roles: rolesOf(roles) }))
      )
      form.reset()
      tell(say('people.added', { user: nameOf(user) }))
    })
  })
}
