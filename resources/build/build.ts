// Builds the program into .build: main and its workers, the device host, the two preloads, the window.
// CommonJS for Node 18 / Chrome 114 (Electron 25) and later. Native modules stay outside the bundle.
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const NATIVE = ['@napi-rs/canvas', 'electron', 'better-sqlite3', 'pcsc-mini', 'pdfkit', 'pkcs11js', 'sharp', 'usb']
const BUILTIN = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)]

/** `apart`: what is imported late becomes files of its own, loaded when they are needed. */
async function bundle(folder: string, entries: Readonly<Record<string, string>>, apart = false): Promise<void> {
  for (const [name, entry] of Object.entries(entries))
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      define: { 'process.env.NODE_ENV': '"production"' },
      ssr: { noExternal: true, external: NATIVE, target: 'node' },
      resolve: { conditions: ['node'] },
      build: {
        ssr: join(root, entry),
        outDir: join(root, '.build', folder),
        emptyOutDir: false,
        target: 'node18',
        minify: false,
        sourcemap: false,
        rollupOptions: {
          external: (id: string) => NATIVE.includes(id) || BUILTIN.includes(id),
          output: {
            format: 'cjs',
            // Node 18 cannot import() from a bundle that was not given a way to: native modules are required instead.
            dynamicImportInCjs: false,
            entryFileNames: `${name}.cjs`,
            chunkFileNames: `${name}-[name].cjs`,
            codeSplitting: apart,
          },
        },
      },
    })
}

/** What the workshop loads by path: WebAssembly, the model for reading Vietnamese, fonts and maps for foreign PDFs. */
function copyFiles(): void {
  const modules = join(root, 'node_modules')
  const files = join(root, '.build/main/files')
  mkdirSync(join(files, 'pdf'), { recursive: true })
  for (const [from, to] of [
    ['zxing-wasm/dist/reader/zxing_reader.wasm', 'zxing_reader.wasm'],
    ['tesseract.js-core/tesseract-core-simd-lstm.wasm', 'tesseract-core-simd-lstm.wasm'],
    ['@tesseract.js-data/vie/4.0.0_best_int/vie.traineddata.gz', 'vie.traineddata.gz'],
    ['pdfjs-dist/standard_fonts', 'pdf/standard_fonts'],
    ['pdfjs-dist/cmaps', 'pdf/cmaps'],
  ] as const)
    cpSync(join(modules, from), join(files, to), { recursive: true })
}

const only = process.argv[2]
if (only === undefined) rmSync(join(root, '.build'), { recursive: true, force: true })
if (only === undefined || only === 'main') {
  await bundle('main', { app: 'main/app.ts' })
  await bundle('main', { work: 'main/work.ts' }, true)
  copyFiles()
  await bundle('drivers', { host: 'drivers/host.ts' })
  await bundle('preload', { index: 'preload/index.ts', pin: 'preload/pin.ts' })
}
if (only === undefined || only === 'window')
  await build({ configFile: join(root, 'renderer/vite.config.ts'), logLevel: 'warn' })
