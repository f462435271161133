// The programs of a benchmark, bundled as the product is: what is measured does not carry a compiler in its memory.
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'vite'
import { root } from '../setup/place.ts'

const OUTSIDE = new Set([
  '@napi-rs/canvas',
  'better-sqlite3',
  'pdfkit',
  'pkcs11js',
  'sharp',
  'vite',
  ...builtinModules,
  ...builtinModules.map((name) => `node:${name}`),
])

/** Paths of the bundles: one folder below the root as the sources' folders are, so that they find it. */
export async function bundlePrograms<N extends string>(
  entries: Readonly<Record<N, string>>,
): Promise<Readonly<Record<N, string>>> {
  const folder = join(root, '.build/perf')
  for (const [name, entry] of Object.entries<string>(entries))
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: join(root, entry),
        outDir: folder,
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        rollupOptions: {
          external: (id: string) => OUTSIDE.has(id),
          output: { format: 'es', entryFileNames: `${name}.mjs`, codeSplitting: false },
        },
      },
    })
  return Object.fromEntries(Object.keys(entries).map((name) => [name, join(folder, `${name}.mjs`)])) as never
}
