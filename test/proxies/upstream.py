"""An API that is not in Node. It prints each request that reached it, and answers it, as one line of JSON."""

import base64
import hashlib
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Api(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    # The header and the body are written one after the other.
    disable_nagle_algorithm = True

    def handle_one(self):
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        seen = {'method': self.command, 'path': self.path, 'headers': self.headers.items(), 'length': self.body()}
        line = json.dumps(seen)
        if 'quiet' not in query:
            # In one piece: each request has a thread of its own.
            sys.stdout.write(f'{line}\n')
            sys.stdout.flush()
        if self.headers.get('Upgrade', '').lower() == 'websocket':
            return self.web_socket()
        self.send_response(int(query.get('status', '200')))
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(line)))
        self.send_header('X-Upstream', 'yes')
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(line.encode())

    do_GET = do_HEAD = do_POST = do_PUT = do_OPTIONS = handle_one

    def body(self):
        length = 0
        if self.headers.get('Transfer-Encoding', '') == 'chunked':
            while size := int(self.rfile.readline(), 16):
                length += len(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return length
        return len(self.rfile.read(int(self.headers.get('Content-Length', '0'))))

    def web_socket(self):
        """Answers the upgrade, and then each byte by itself."""
        key = self.headers['Sec-WebSocket-Key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
        self.send_response(101)
        self.send_header('Upgrade', 'websocket')
        self.send_header('Connection', 'Upgrade')
        self.send_header('Sec-WebSocket-Accept', base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        while byte := self.rfile.read(1):
            self.wfile.write(byte)
        self.close_connection = True

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


server = Server(('127.0.0.1', int(sys.argv[1])), Api)
print('listening', flush=True)
server.serve_forever()
