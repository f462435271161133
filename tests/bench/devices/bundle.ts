// Bundles the bench drivers as the program is bundled: one CommonJS file for Node 18, loaded by the device hosts.
// Built again only when a source is newer; never leaves half a file behind. `sharp` stays outside, and is only asked for at need.
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'vite'
import { root, runtime } from '../../setup/place.ts'

export const BENCH_DRIVERS = join(runtime, 'bench-devices.cjs')

const SOURCES = [
  'tests/bench/devices/*.ts',
  'tests/bench/card/{chip,person}.ts',
  'drivers/**/*.ts',
  'preload/contract/*.ts',
]
const OUTSIDE = ['sharp', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)]

function upToDate(out: string): boolean {
  const sources = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root })).filter(
    (file) => !file.endsWith('.test.ts'),
  )
  return existsSync(out) && sources.every((file) => statSync(join(root, file)).mtimeMs < statSync(out).mtimeMs)
}

/** Answers `out`, built and up to date. */
export async function buildBenchDrivers(out: string = BENCH_DRIVERS): Promise<string> {
  if (upToDate(out)) return out
  mkdirSync(dirname(out), { recursive: true })
  const work = mkdtempSync(join(dirname(out), 'bench-devices-'))
  try {
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      define: { 'process.env.NODE_ENV': '"production"' },
      ssr: { noExternal: true, external: ['sharp'], target: 'node' },
      resolve: { conditions: ['node'] },
      build: {
        ssr: join(root, 'tests/bench/devices/drivers.ts'),
        outDir: work,
        emptyOutDir: false,
        target: 'node18',
        minify: false,
        sourcemap: false,
        rollupOptions: {
          external: (id: string) => OUTSIDE.includes(id),
          // `sharp` by require: its ES module is written for a newer Node than Electron 25 has.
          output: { format: 'cjs', entryFileNames: 'drivers.cjs', codeSplitting: false, dynamicImportInCjs: false },
        },
      },
    })
    renameSync(join(work, 'drivers.cjs'), out)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return out
}
