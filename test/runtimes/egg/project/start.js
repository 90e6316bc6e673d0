// One process, on a free port of loopback. It ends with the pipe to whoever started it.
const { createServer } = require('node:http')
const egg = require('egg')

egg.start({ baseDir: __dirname }).then((app) => {
  const server = createServer(app.callback())
  server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
})
