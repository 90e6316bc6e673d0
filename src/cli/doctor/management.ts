import { Management } from '../../authing/management.js'
import { permissionSettingsOf } from '../../authing/settings.js'
import { configFaultOf } from '../../common/config-error.js'
import { type Fetch, fetchErrorOf } from '../../common/http.js'
import type { Find, Finding } from './finding.js'

/** How the management API is asked, where it is. */
export interface ManagementAccess {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Default: Authing's. */
  readonly host?: string | undefined
}

/** Seconds for all of it. */
const patience = 5

/** Whether the management API is there and takes the access key: it is asked for a token, as a guard would. */
export async function managementFindings(
  access: ManagementAccess,
  fetch: Fetch | undefined,
  find: Find,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  try {
    const settings = permissionSettingsOf({ ...access, model: 'acl', fetch })
    const { host, accessKeyId } = settings
    const onToken = ({ userPoolId }: { readonly userPoolId: string | undefined }) => {
      findings.push(find('ok', 'managementOk', { host: new URL(host).host }))
      if (userPoolId === accessKeyId) findings.push(find('warning', 'managementPool'))
    }
    const question = {
      namespace: 'default',
      userId: 'authing-guard-doctor',
      resource: 'doctor:1',
      action: 'doctor:look',
    }
    const client = new Management({ ...settings, onToken })
    await client.ask('/api/v3/is-action-allowed', question, AbortSignal.timeout(patience * 1000))
  } catch (error) {
    // What it says to a question about nobody does not matter, once it took the key.
    if (findings.length === 0) findings.push(failure(error, find))
  }
  return findings
}

function failure(error: unknown, find: Find): Finding {
  const fault = configFaultOf(error)
  if (fault !== undefined) return find('wrong', 'managementWrong', { advice: fault.advice })
  const { kind, error: text } = fetchErrorOf(error).failure
  const isAnswered = kind === 'status' || kind === 'unusable' || kind === 'too_large'
  return find('wrong', isAnswered ? 'managementRefused' : 'managementDown', { error: text })
}
