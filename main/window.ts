// The two windows and what they may not do: no navigation, no new windows, no permissions, no foreign content.
// The program's own pages and the vault's files come by one private protocol with one origin.
import { readFile } from 'node:fs/promises'
import { join, normalize, sep } from 'node:path'
import { BrowserWindow, MessageChannelMain, type MessagePortMain, protocol, type Session, session } from 'electron'
import type { PinQuestion } from '../preload/contract/signature.ts'
import { ORIGIN } from './ipc.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.bcmap': 'application/octet-stream',
  '.pfb': 'application/octet-stream',
  '.md': 'text/plain; charset=utf-8',
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Must run before the app is ready. */
export function declareProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'quay', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** What a vault URL may show; decides who may see what. */
export type VaultFile = (hash: string) => Uint8Array | null

const kindOf = (bytes: Uint8Array): string | null => {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg'
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return 'image/png'
  return bytes[0] === 0x25 && bytes[1] === 0x50 ? 'application/pdf' : null
}

function serve(to: Session, folder: string, vault: VaultFile | null): void {
  const handle = async (url: string): Promise<{ status: number; type: string; body: Uint8Array }> => {
    const nothing = { status: 404, type: 'text/plain', body: new Uint8Array() }
    const { pathname, host } = new URL(url)
    if (host !== 'counter') return nothing
    const file = /^\/vault\/([0-9a-f]{64})$/.exec(pathname)
    if (file?.[1] !== undefined) {
      const body = vault?.(file[1]) ?? null
      const type = body === null ? null : kindOf(body)
      return body === null || type === null ? nothing : { status: 200, type, body }
    }
    const path = normalize(join(folder, decodeURIComponent(pathname)))
    if (!path.startsWith(folder + sep)) return nothing
    const type = TYPES[path.slice(path.lastIndexOf('.'))]
    if (type === undefined) return nothing
    return readFile(path).then(
      (body) => ({ status: 200, type, body }),
      () => nothing,
    )
  }
  to.protocol.handle('quay', async (request) => {
    const { status, type, body } = await handle(request.url)
    return new Response(body as unknown as BodyInit, {
      status,
      headers: {
        'content-type': type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
      },
    })
  })
}

/** Nothing that a page asks for is granted; every request outside our protocol is cut. */
function lock(to: Session): void {
  to.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  to.setPermissionCheckHandler(() => false)
  to.setDevicePermissionHandler(() => false)
  to.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !/^(quay:\/\/counter\/|blob:quay:\/\/|data:|devtools:)/.test(details.url) }),
  )
}

function keepInside(window: BrowserWindow): void {
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  window.webContents.on('will-navigate', (event) => event.preventDefault())
  window.webContents.on('will-redirect', (event) => event.preventDefault())
  window.webContents.on('will-attach-webview', (event) => event.preventDefault())
}

const preferences = (preload: string) => ({
  preload,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  webviewTag: false,
  spellcheck: false,
  webSecurity: true,
  navigateOnDragDrop: false,
})

export interface WindowPlaces {
  /** `.build`: renderer/ and preload/ inside. */
  readonly build: string
  readonly icon?: string
}

export function openCounterWindow(places: WindowPlaces, vault: VaultFile): BrowserWindow {
  const own = session.fromPartition('quay-counter')
  lock(own)
  serve(own, join(places.build, 'renderer'), vault)
  const window = new BrowserWindow({
    width: 1366,
    height: 768,
    useContentSize: true,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    title: 'Quầy',
    backgroundColor: '#f4f3ef',
    autoHideMenuBar: true,
    webPreferences: { ...preferences(join(places.build, 'preload/index.cjs')), session: own },
  })
  keepInside(window)
  window.removeMenu()
  window.once('ready-to-show', () => window.show())
  void window.loadURL(`${ORIGIN}/index.html`)
  return window
}

/**
 * The PIN window: its own session, one question, one port. `give` gets the other end of the port for the token host.
 * Answers when the window is gone.
 */
export function openPinWindow(
  places: WindowPlaces,
  parent: BrowserWindow,
  question: PinQuestion,
  give: (port: MessagePortMain) => void,
): { readonly close: () => void } {
  const own = session.fromPartition(`quay-pin-${Date.now()}`)
  lock(own)
  serve(own, join(places.build, 'renderer'), null)
  const window = new BrowserWindow({
    parent,
    modal: true,
    width: 480,
    height: question.task === 'change' || question.task === 'unblock' ? 600 : 560,
    useContentSize: true,
    resizable: false,
    minimizable: false,
    show: false,
    title: 'Mã PIN',
    backgroundColor: '#f4f3ef',
    autoHideMenuBar: true,
    webPreferences: { ...preferences(join(places.build, 'preload/pin.cjs')), session: own },
  })
  keepInside(window)
  window.removeMenu()
  window.setContentProtection(true)
  const { port1, port2 } = new MessageChannelMain()
  window.webContents.once('did-finish-load', () => {
    window.webContents.send('pin.question', question)
    window.webContents.postMessage('pin.port', null, [port2])
    window.show()
    window.focus()
  })
  give(port1)
  void window.loadURL(`${ORIGIN}/pin.html`)
  return {
    close: () => {
      if (!window.isDestroyed()) window.close()
    },
  }
}
