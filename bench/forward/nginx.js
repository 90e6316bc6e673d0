import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Debian's nginx has folders that only root may write. */
export const hasNginx = spawnSync('nginx', ['-v']).status === 0 && process.getuid?.() === 0

/** One server for each name: a file behind an `auth_request` to the port of that name. */
const configuration = (folder, servers) => `
user root;
worker_processes 1;
pid ${folder}/pid;
daemon off;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000;
  ${servers
    .map(
      ({ name, asked, port }) => `
  upstream ${name} { server 127.0.0.1:${asked}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / { auth_request /_auth; root ${folder}; index answer; }
    location = /_auth {
      internal;
      proxy_pass http://${name}/auth;
      proxy_pass_request_body off;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Content-Length "";
    }
  }`,
    )
    .join('')}
}
`

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/**
 * nginx in front of servers that it asks, on the core of those.
 *
 * @param {readonly { name: string, port: number }[]} asked
 * @param {number} core
 * @returns the ports in turn
 */
export async function startNginx(asked, core) {
  const folder = mkdtempSync(join(tmpdir(), 'authing-guard-bench-'))
  const servers = []
  for (const { name, port } of asked) servers.push({ name, asked: port, port: await freePort() })
  writeFileSync(join(folder, 'answer'), JSON.stringify({ hello: 'world' }))
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, servers))
  const args = ['-c', String(core), 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
  const child = spawn('taskset', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  for (let isThere = false; !isThere; ) {
    await setTimeout(50)
    isThere = await fetch(`http://127.0.0.1:${servers[0].port}/`).then(
      () => true,
      () => false,
    )
  }
  return {
    ports: servers.map(({ port }) => port),
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}
