// Makes main/scan/picture/kernel-bytes.ts from kernel.wat: `node tests/scan/picture/compile-kernel.ts`.
// The test of the kernel compiles the text again and compares, so that the two cannot drift apart.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import wabt from 'wabt'

const FOLDER = resolve(import.meta.dirname, '../../../main/scan/picture')

/** The machine form of kernel.wat, base64. */
export async function compileKernel(): Promise<string> {
  const text = readFileSync(resolve(FOLDER, 'kernel.wat'), 'utf8')
  const parsed = (await wabt()).parseWat('kernel.wat', text, { simd: true })
  parsed.validate()
  const { buffer } = parsed.toBinary({})
  return Buffer.from(buffer).toString('base64')
}

/** The module as it is kept in the tree: lines of 120 characters at most. */
export function kernelModule(base64: string): string {
  const lines = base64.match(/.{1,110}/g) ?? []
  return [
    '// Made from kernel.wat by tests/scan/picture/compile-kernel.ts; never written by hand. WebAssembly with 128-bit SIMD, base64.',
    'export const KERNEL_BASE64 = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('')",
    '',
  ].join('\n')
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(resolve(FOLDER, 'kernel-bytes.ts'), kernelModule(await compileKernel()))
