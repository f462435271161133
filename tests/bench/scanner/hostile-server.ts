// A network device that lies: it speaks eSCL up to the point where it does what no scanner does. On loopback only.
// Every misdeed is one answer; everything else about it is an honest scanner with one page after another.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { capabilities, status } from './escl-words.ts'

export type Answering = (request: IncomingMessage, response: ServerResponse) => void

export interface Misdeeds {
  readonly capabilities?: Answering
  readonly status?: Answering
  readonly jobs?: Answering
  readonly next?: Answering
}

export interface HostileScanner {
  readonly url: string
  /** Method and path of every request, in order. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export interface HostileOptions {
  readonly misdeeds: Misdeeds
  /** What honest answers to NextDocument carry, one after the other; then 404. */
  readonly pages: readonly Buffer[]
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly port?: number
}

export const say = (code: number, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Answering => {
  return (_request, response) => {
    response.writeHead(code, headers).end(body)
  }
}

/** Never stops: `part` again and again, as fast as it is read. */
export const endless = (head: string, part: string | Buffer, type = 'text/xml'): Answering => {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(head)
    const more = () => {
      while (!response.destroyed && response.write(part)) {
        // as long as there is room
      }
    }
    response.on('drain', more)
    more()
  }
}

/** One byte at a time, every `everyMs`. */
export const drip = (head: string | Buffer, everyMs: number): Answering => {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' })
    response.write(head)
    const clock = setInterval(() => (response.destroyed ? clearInterval(clock) : response.write('x')), everyMs)
    response.on('close', () => clearInterval(clock))
  }
}

/** Past HTTP: `head`, and then one byte of a header that never ends, every `everyMs`. */
export const dripHeaders = (head: string, everyMs: number): Answering => {
  return ({ socket }) => {
    socket.write(head)
    const clock = setInterval(() => socket.write('x'), everyMs)
    socket.once('close', () => clearInterval(clock))
  }
}

/** Past HTTP: these bytes as they are, and the line stays open. */
export const raw = (bytes: string | Buffer): Answering => {
  return (request) => {
    request.socket.write(bytes)
  }
}

export async function startHostile(options: HostileOptions): Promise<HostileScanner> {
  const { misdeeds } = options
  const asked: string[] = []
  let given = 0
  const answer: Answering = (request, response) => {
    const path = request.url ?? ''
    asked.push(`${request.method} ${path}`)
    request.resume()
    if (path.endsWith('/ScannerCapabilities')) {
      return (misdeeds.capabilities ?? say(200, capabilities('Hostile', 'c0ffee')))(request, response)
    }
    if (path.endsWith('/ScannerStatus')) {
      return (misdeeds.status ?? say(200, status(false, 'ScannerAdfLoaded')))(request, response)
    }
    if (request.method === 'POST') {
      given = 0
      return (misdeeds.jobs ?? say(201, '', { location: '/eSCL/ScanJobs/1' }))(request, response)
    }
    if (path.endsWith('/NextDocument')) {
      const page = options.pages[given]
      given++
      if (page === undefined) return (misdeeds.next ?? say(404, ''))(request, response)
      return say(200, page, { 'content-type': 'image/jpeg' })(request, response)
    }
    return say(200, '')(request, response)
  }
  const server: Server = options.tls === undefined ? createServer(answer) : createSecureServer(options.tls, answer)
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => open.delete(socket))
  })
  await new Promise<void>((ready, failed) => {
    server.once('error', failed)
    server.listen(options.port ?? 0, '127.0.0.1', ready)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/eSCL`,
    asked,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
}
