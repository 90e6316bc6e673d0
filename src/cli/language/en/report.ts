/** Words of a report, in the terminal and on the console page. */
export const report = {
  accepted: 'Accepted',
  refused: 'Refused',
  passed: 'Passed',
  failed: 'Failed',
  unknown: 'Not checked',
  warning: 'Warning',
  expected: 'Expected',
  found: 'Found',
  why: 'Why',
  fix: 'Fix',
  proven: 'Content of the token (proven by its signature)',
  unproven: 'Content of the token (not proven)',
  hidden: 'Personal claims are hidden; --reveal shows them.',
  allWell: 'No problems found.',
  withWarnings: 'No errors. Warnings: {count}.',
  withErrors: 'Errors: {errors}. Warnings: {count}.',
} as const
