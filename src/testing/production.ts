/** Whether `NODE_ENV` says production: in any case, with white space, or cut to `prod`. */
export const isProduction = (env: Readonly<Record<string, string | undefined>>): boolean =>
  /^\s*prod(?:uction)?\s*$/i.test(env['NODE_ENV'] ?? '')
