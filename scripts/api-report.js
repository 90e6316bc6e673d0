// Writes what the package exports into api/, one report for each entry: a change of the public face shows in the diff.
// `--check` fails where a report differs from the build. Needs a build with declarations: npm run build.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { entries } from '../entries.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const isCheck = process.argv.includes('--check')
const reportFolder = join(root, 'api')
mkdirSync(reportFolder, { recursive: true })

const changed = entries.filter(({ name }) => {
  const reportFileName = name.replaceAll('/', '-')
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(root, 'api-extractor.json'),
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, 'dist', `${name}.d.ts`),
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(root, 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName,
        reportFolder,
        reportTempFolder: join(root, 'node_modules/.cache/api'),
        reportVariants: ['complete'],
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        // Docstrings are TypeDoc's, whose check is `npm run docs:check`.
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  })
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: !isCheck,
    messageCallback: (message) => {
      message.handled = message.logLevel !== ExtractorLogLevel.Error
    },
  })
  return apiReportChanged
})

const names = changed.map(({ subpath }) => subpath).join(', ')
if (changed.length === 0) console.log('The API reports are up to date.')
else if (isCheck)
  console.error(`The public API of ${names} is not what api/ says: run npm run api, and look at the diff.`)
else console.log(`Written anew: the API reports of ${names}.`)
process.exitCode = isCheck && changed.length > 0 ? 1 : 0
