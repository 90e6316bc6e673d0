export { GET, POST } from '../../../routes.js'

export const runtime = 'nodejs'
// Next.js keeps what is fetched, for ever, unless the fetch says otherwise.
export const fetchCache = 'default-cache'
