// @ts-check
// Users and their roles.
import { byId, fill, make, redraw, rowButton, textsOf } from './document.js'
import { inEachLanguage, t, textOrValue } from './language.js'
import { mintFor, nameOf } from './mint.js'
import { attempt, notify } from './notice.js'
import { act } from './server.js'

/** @typedef {import('../view.js').View} View */
/** @typedef {View['users'][number]} User */
/** @typedef {Partial<import('../../../testing/webhook.js').WebhookDelivery>} Delivery empty where the pool has no webhook */

const statuses = ['Activated', 'Suspended', 'Resigned', 'Archived']
const defaultNamespace = 'default'

/** @param {User['roles'][number]} role */
const roleText = ({ code, namespace }) => (namespace === defaultNamespace ? code : `${namespace}/${code}`)

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
    'aria-label': t('users.rolesOf', { user: name }),
    value: user.roles.map(roleText).join(', '),
    autocomplete: 'off',
    spellcheck: 'false',
  })
  const form = make(
    'form',
    { class: 'joined' },
    field,
    make('button', { class: 'quiet', 'aria-label': t('users.saveRoles', { user: name }) }, t('save')),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt('user-fault', async () => {
      await act('set-roles', { userId: user.id, roles: rolesOf(field.value) })
      notify(t('users.saved', { user: name }))
    })
  })
  return form
}

/** What became of the webhook. @param {Delivery} delivery */
const deliveryText = ({ eventName, status }) => {
  if (eventName === undefined) return ''
  return status === undefined
    ? t('users.unheard', { event: eventName })
    : t('users.delivered', { event: eventName, status })
}

/** @param {User} user */
const rowOf = (user) => {
  const name = nameOf(user)
  /** @param {string} action @param {'users.removed' | 'users.blocked' | 'users.kicked'} done */
  const end = (action, done) => () =>
    attempt('user-fault', async () => {
      const delivery = /** @type {Delivery} */ (await act(action, { userId: user.id }))
      notify([t(done, { user: name }), deliveryText(delivery)].filter(Boolean).join(' '))
    })
  const status = user.status === 'Activated' ? [] : [make('span', { class: 'tag' }, textOrValue('status', user.status))]
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, make('span', { class: 'name' }, name), ...status, make('code', {}, user.id)),
    make('td', {}, rolesForm(user)),
    make(
      'td',
      { class: 'buttons' },
      rowButton(t('users.mintFor'), t('users.mintForUser', { user: name }), () => mintFor(user.id)),
      rowButton(t('users.kick'), t('users.kickUser', { user: name }), end('kick-user', 'users.kicked')),
      rowButton(t('users.block'), t('users.blockUser', { user: name }), end('block-user', 'users.blocked')),
      rowButton(t('remove'), t('users.removeUser', { user: name }), end('remove-user', 'users.removed')),
    ),
  )
}

let drawn = ''

/** @param {View} view */
export const showUsers = ({ users }) => {
  fill(
    byId('user-status', HTMLSelectElement),
    statuses.map((status) => ({ value: status, text: textOrValue('status', status) })),
  )
  const now = JSON.stringify([users, t('remove')])
  // Text that is being typed into a row stays, as long as the users do not change.
  if (now === drawn) return
  drawn = now
  redraw('user-rows', 'users-title', users.map(rowOf))
}

/** @param {() => View | undefined} current */
export const startUsers = (current) => {
  inEachLanguage(() => {
    const view = current()
    if (view) showUsers(view)
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
      notify(t('users.added', { user: nameOf(user) }))
    })
  })
}
