import { authingPermissions } from 'authing-guard/permissions'
import { describe, expect, test } from 'vitest'
import { accessKeyId, accessKeySecret } from './authing.js'

const good = { accessKeyId, accessKeySecret, model: 'acl' }
const make = (options: unknown) => () => authingPermissions(options as never)

describe('the options of authingPermissions', () => {
  test.each([
    [undefined, 'authingPermissions must be an object with accessKeyId, accessKeySecret, model'],
    [null, 'authingPermissions must be an object'],
    [[], 'authingPermissions must be an object'],
    ['key', 'authingPermissions must be an object'],
    [{}, 'authingPermissions.accessKeyId is missing. It must be an access key'],
    [
      { ...good, model: undefined },
      "authingPermissions.model is missing. It must be 'acl' (resources, roles and grants) or 'data'",
    ],
    [{ ...good, secret: 'x' }, 'there is no option authingPermissions.secret. The options are accessKeyId'],
    [{ ...good, model: 'ACL' }, 'authingPermissions.model must be "acl" or "data"'],
    [{ ...good, model: 'both' }, 'authingPermissions.model must be "acl" or "data"'],
    [{ ...good, accessKeyId: undefined }, 'authingPermissions.accessKeyId is missing. It must be an access key'],
    [{ ...good, accessKeyId: '' }, 'authingPermissions.accessKeyId is blank'],
    [{ ...good, accessKeyId: 7 }, 'authingPermissions.accessKeyId must be a string'],
    [{ ...good, accessKeySecret: undefined }, 'authingPermissions.accessKeySecret is missing'],
    [{ ...good, accessKeySecret: ' secret ' }, 'authingPermissions.accessKeySecret has white space around it'],
    [{ ...good, namespace: '' }, 'authingPermissions.namespace is blank'],
    [{ ...good, namespace: null }, 'authingPermissions.namespace is missing'],
    [{ ...good, host: 'api.authing.cn' }, 'authingPermissions.host must be an https URL (http on loopback alone)'],
    [{ ...good, host: 'http://api.authing.cn' }, 'authingPermissions.host must be an https URL'],
    [{ ...good, host: 'http://127.0.0.1.example.com' }, 'authingPermissions.host must be an https URL'],
    [{ ...good, host: 'http://10.0.0.1' }, 'authingPermissions.host must be an https URL'],
    [{ ...good, host: 'ftp://api.authing.cn' }, 'authingPermissions.host must be an https URL'],
    [{ ...good, host: 'https://user@api.authing.cn' }, 'must be a URL without user, password, query and fragment'],
    [{ ...good, host: 'https://:pw@api.authing.cn' }, 'must be a URL without user, password, query and fragment'],
    [{ ...good, host: 'https://api.authing.cn/?x=1' }, 'must be a URL without user, password, query and fragment'],
    [{ ...good, host: 'https://api.authing.cn/#x' }, 'must be a URL without user, password, query and fragment'],
    [{ ...good, host: 7 }, 'authingPermissions.host must be a string'],
    [{ ...good, headerPrefix: 'x-authing' }, 'authingPermissions.headerPrefix must be small letters'],
    [{ ...good, headerPrefix: 'X-Authing-' }, 'authingPermissions.headerPrefix must be small letters'],
    [{ ...good, headerPrefix: 'x: y-' }, 'authingPermissions.headerPrefix must be small letters'],
    [{ ...good, headerPrefix: '' }, 'authingPermissions.headerPrefix is blank'],
    [{ ...good, fetch: 'fetch' }, 'authingPermissions.fetch must be a function'],
    [{ ...good, now: 7 }, 'authingPermissions.now must be a function'],
    [{ ...good, onWarning: {} }, 'authingPermissions.onWarning must be a function'],
    [Object.create(good), 'authingPermissions.accessKeyId is missing'],
  ])('%j: %s', (options, says) => {
    expect(make(options)).toThrow(TypeError)
    expect(make(options)).toThrow(expect.objectContaining({ message: expect.stringMatching(/^authing-guard: /) }))
    expect(make(options)).toThrow(says)
  })

  test('that are wrong are not repeated where they are secret', () => {
    for (const secret of [' top-secret', 'top-secret\n']) {
      expect(make({ ...good, accessKeySecret: secret })).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('top-secret') }),
      )
    }
  })

  test('that are good make a hook, which has asked nobody', () => {
    const hosts = ['https://api.genauth.ai', 'http://127.0.0.1:3000', 'http://localhost', 'http://[::1]:80/x']
    for (const host of hosts) expect(make({ ...good, host })).not.toThrow()
    expect(make({ ...good, model: 'data', namespace: 'shop', headerPrefix: undefined, fetch: undefined })).not.toThrow()
  })
})

// Compiled, never run: what does not fit.
void (() => [
  // @ts-expect-error there is no model to take for granted
  authingPermissions({ accessKeyId, accessKeySecret }),
  // @ts-expect-error nor a third one
  authingPermissions({ accessKeyId, accessKeySecret, model: 'rbac' }),
  // @ts-expect-error there is no such option
  authingPermissions({ accessKeyId, accessKeySecret, model: 'acl', secret: 'x' }),
  // @ts-expect-error an unset environment variable is no key
  authingPermissions({ accessKeyId: process.env['KEY'], accessKeySecret, model: 'acl' }),
])
