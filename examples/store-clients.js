// @ts-check
// Clients for `sharedStore({ client })` without Keyv: a guard needs get, set with milliseconds, and delete.
/**
 * ioredis: `new Redis(url, { socketTimeout: 2000 })` leaves a connection that fell silent, as after a failover.
 * @param {Pick<import('ioredis').Redis, 'get' | 'set' | 'del'>} redis
 * @returns {import('authing-guard/store').StoreClient}
 */
export const ofIoredis = (redis) => ({
  get: (key) => redis.get(key),
  set: (key, value, ttl) => redis.set(key, value, 'PX', ttl),
  delete: (key) => redis.del(key),
})
/**
 * node-redis: `createClient({ url, disableOfflineQueue: true })`.
 * @param {Pick<import('@redis/client').RedisClientType, 'get' | 'set' | 'del'>} redis
 * @returns {import('authing-guard/store').StoreClient}
 */
export const ofNodeRedis = (redis) => ({
  get: (key) => redis.get(key),
  set: (key, value, ttl) => redis.set(key, value, { PX: ttl }),
  delete: (key) => redis.del(key),
})
/**
 * pg. Without a listener for `error` the pool ends the process when PostgreSQL restarts. Its table:
 * CREATE TABLE guard (key text PRIMARY KEY, value text, until timestamptz)
 * @param {{ on: Function, query: Function }} pool
 * @returns {import('authing-guard/store').StoreClient}
 */
export function ofPostgres(pool) {
  pool.on('error', () => {})
  const until = "now() + $3 * interval '1 ms'"
  const set = `INSERT INTO guard VALUES ($1, $2, ${until}) ON CONFLICT (key) DO UPDATE SET value = $2, until = ${until}`
  const get = 'SELECT value FROM guard WHERE key = $1 AND until > now()'
  return {
    get: async (key) => (await pool.query(get, [key])).rows[0]?.value,
    set: (key, value, ttl) => pool.query(set, [key, value, ttl]),
    delete: (key) => pool.query('DELETE FROM guard WHERE key = $1', [key]),
  }
}
