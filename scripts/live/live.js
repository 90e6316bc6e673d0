import { askAboutClients } from './clients.js'
import { askAboutKeys } from './keys.js'
import { Report } from './report.js'
import { settingsOf } from './settings.js'
import { askAboutTokens } from './tokens.js'
import { receiveWebhooks } from './webhooks.js'

/**
 * @typedef {object} Surroundings
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {(text: string) => void} print for the report
 * @property {(text: string) => void} tell for what goes on
 * @property {(text: string, seconds: number) => Promise<boolean>} person asks a person to do something; whether it is done
 * @property {(seconds: number) => Promise<void>} sleep
 * @property {() => number} now milliseconds since the epoch
 */

/**
 * Asks a tenant, and prints the report. Returns the exit code: 0 also where nothing is configured.
 *
 * @param {Surroundings} surroundings
 * @returns {Promise<number>}
 */
export async function live({ env, print, tell, person, sleep, now }) {
  const settings = settingsOf(env)
  if ('skipped' in settings) {
    print(settings.skipped)
    return 0
  }
  if ('wrong' in settings) {
    tell(settings.wrong)
    return 2
  }
  const { appSecret, appId, user, accessKey, webhook, wait, issuer, origin } = settings
  const report = new Report()
  report.hide(appSecret, appId, issuer, new URL(origin).host, user?.account, user?.password)
  report.hide(accessKey?.id, accessKey?.secret, webhook?.secret)
  const receiver = webhook && (await receiveWebhooks(webhook, report, now))
  try {
    if (receiver !== undefined) {
      tell(
        `Receives webhooks at http://<this machine>:${webhook?.port}${receiver.path} : set it in the console, with the events kick and user:blocked.`,
      )
    }
    tell('Asks about keys.')
    const kids = await askAboutKeys(settings, report)
    tell('Asks with wrong secrets.')
    await askAboutClients(settings, report)
    tell('Asks about tokens.')
    await askAboutTokens(settings, report, kids, (text) => person(text, wait), sleep)
    if (receiver !== undefined) {
      tell(`Waits ${wait} s for webhooks that come, or come again.`)
      await sleep(wait)
    }
  } finally {
    receiver?.close()
  }
  print(report.markdown('What Authing answers'))
  return 0
}
