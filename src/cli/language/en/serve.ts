/** What `serve` prints. */
export const serve = {
  listening: 'authing-guard serve listens on {where} and answers at {addresses}. Ctrl+C stops it.',
  noConfig: 'Name the module with the guards: npx authing-guard serve --config guards.mjs',
  noHandler:
    '{file} exports nothing that forwardAuth of authing-guard/forward-auth returned: write export default forwardAuth(...)',
  reserved: '{address} is answered by serve itself: give that guard another address.',
  badPort: '--port must be a whole number from 0 to 65535.',
  socketOrPort: 'Use either --socket or --port and --host.',
  taken: '{where} is in use. Stop the program that listens there, or choose another one.',
  cannotListen: 'Cannot listen on {where}: {code}.',
  stopped: 'authing-guard serve has stopped.',
} as const
