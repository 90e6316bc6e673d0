import { configFor } from './vitest.config.js'

export default configFor('full')
