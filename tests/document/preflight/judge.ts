// A stranger that judges PDF/A-1b: Apache PDFBox Preflight, as Debian ships it (libpdfbox2-java, with a JDK). Three small types
// that it expects of older Javas stand beside this file; the real ones are used where they are installed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const jar = (name: string): string => `/usr/share/java/${name}.jar`
const JARS = ['preflight', 'pdfbox2', 'fontbox2', 'xmpbox', 'commons-logging'].map(jar)
const OLDER_JAVA = ['javax.activation', 'jaxb-api'].map(jar)

export const hasPreflight =
  spawnSync('javac', ['-version']).error === undefined && JARS.every((path) => existsSync(path))

function run(tool: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, words, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${tool}: ${stderr}`)
  return stdout
}

/** Complaints (`code details`) by the name of the file; none for a valid one. All files in one start of Java. */
export function judge(files: Readonly<Record<string, Uint8Array>>): Readonly<Record<string, readonly string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'quay-preflight-'))
  try {
    const names = Object.keys(files)
    const paths = names.map((_, index) => join(folder, `${index}.pdf`))
    for (const [index, name] of names.entries()) writeFileSync(paths[index] ?? '', files[name] ?? '')
    const sources = readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.java'))
      .map((name) => join(import.meta.dirname, name))
    run('javac', '-d', folder, '-cp', JARS.join(':'), ...sources)
    const stdout = run('java', '-Xshare:auto', '-cp', [...JARS, ...OLDER_JAVA, folder].join(':'), 'Judge', ...paths)
    const lines = stdout.split('\n').map((line) => line.split('\t'))
    return Object.fromEntries(
      names.map((name, index) => [
        name,
        lines.filter(([path]) => path === paths[index]).map(([, code, details]) => `${code} ${details}`),
      ]),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}
