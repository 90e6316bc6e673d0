import { digestOf } from '#signature'
import type { Management } from '../authing/management.js'
import { isObject } from '../common/claims.js'
import { type Fetch, FetchError, fetchJson } from '../common/http.js'
import type { DelegateIdentity, UserIdentity } from '../common/identity.js'
import { Failure, ProfileError } from './error.js'
import type { ProfileQuestion } from './lookup.js'
import { profileOfClaims, profileOfUser } from './profile.js'

/** A caller who has a profile. A machine has none. */
export type Person = UserIdentity | DelegateIdentity

/** Bytes of an answer. Authing's are about 1,000, and more with custom claims. */
const mostBytes = 65_536

/**
 * Asks the userinfo endpoint of the issuer that the token was verified for, and no other address: `<issuer>/me` (Authing
 * docs: OIDC standard protocol; its Node SDK's `getUserInfoByAccessToken`). The token goes into the header alone; Authing's
 * SDK puts it into the URL by default, where it gets into logs.
 *
 * @throws {ProfileError} for a token that is no access token.
 */
export async function userinfoQuestion(person: Person, token: string, fetch: Fetch): Promise<ProfileQuestion> {
  const { tokenType, issuer, appId, tenantId, userId, clientId, scopes } = person
  if (issuer === undefined || (tokenType !== 'access_token' && tokenType !== 'opaque')) {
    const detail = `the userinfo endpoint takes access tokens, and was not sent this ${tokenType}: its claims have the profile`
    throw new ProfileError(new Failure('refused', detail))
  }
  const url = `${issuer.replace(/\/$/, '')}/me`
  return {
    userId,
    clientId,
    // The scopes decide what is in the answer: a token that grants less must not get what one that grants more was told.
    key: JSON.stringify([issuer, appId, tenantId, userId, clientId, [...scopes].sort()]),
    // Two tokens of one user are two: one may have been revoked.
    flight: await digestOf(token),
    ask: async (signal) => {
      const headers = { accept: 'application/json', authorization: `Bearer ${token}` }
      const answer = await fetchJson(url, fetch, signal, mostBytes, { headers })
      if (isObject(answer)) return answer
      throw new FetchError(`${url} did not answer a JSON object`, 'unusable')
    },
    read: (claims) => profileOfClaims(claims, userId),
  }
}

/** Asks the management API for a user: `GET /api/v3/get-user` (Authing's Node SDK 4.0.2, `ManagementClient.getUser`). */
export function managementQuestion({ userId }: Person, management: Management): ProfileQuestion {
  return {
    userId,
    clientId: undefined,
    key: userId,
    flight: userId,
    // By the user's id alone: else Authing takes an email or a user name for one, too.
    ask: (signal) => management.get('/api/v3/get-user', { userId, userIdType: 'user_id' }, signal),
    read: (user) => profileOfUser(user, userId),
  }
}
