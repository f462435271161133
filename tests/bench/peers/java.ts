// Compiles and finds the Java programs of this folder: PDFBox and BouncyCastle as Debian packs them, on the JDK that is
// installed. Jars that are not installed are fetched from Debian's archive once. Never: anything outside .runtime.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runtime } from '../../setup/place.ts'
import { fetchPackage } from '../corpus/debian.ts'

const JARS: Readonly<Record<string, string>> = {
  pdfbox2: 'libpdfbox2-java',
  fontbox2: 'libfontbox2-java',
  bcprov: 'libbcprov-java',
  bcpkix: 'libbcpkix-java',
  bcutil: 'libbcutil-java',
  'commons-logging': 'libcommons-logging-java',
}
const SHARE = '/usr/share/java'

/** The jar where Debian puts it, or below .runtime; undefined when it cannot be had. */
function findJar(jar: string, packageName: string): string | undefined {
  const installed = join(SHARE, `${jar}.jar`)
  if (existsSync(installed)) return installed
  const place = fetchPackage(join(runtime, 'corpus'), { name: packageName, kind: 'binary' })
  const fetched = place === null ? '' : join(place, SHARE, `${jar}.jar`)
  return existsSync(fetched) ? fetched : undefined
}

let known: string | null | undefined

/** The class path with which the programs of this folder run, compiled now if need be; null without a JDK or a jar. */
export function javaClassPath(): string | null {
  known ??= compile()
  return known
}

export const hasJavaPeers = (): boolean => javaClassPath() !== null

function compile(): string | null {
  if (spawnSync('javac', ['-version']).error !== undefined) return null
  const jars = Object.entries(JARS).map(([jar, packageName]) => findJar(jar, packageName))
  if (jars.includes(undefined)) return null
  const sources = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.java'))
    .sort()
    .map((name) => join(import.meta.dirname, name))
  const hash = createHash('sha256')
  for (const source of sources) hash.update(readFileSync(source))
  const classes = join(runtime, 'java', hash.digest('hex').slice(0, 16))
  const classPath = [...jars, classes].join(':')
  if (existsSync(classes)) return classPath
  // Compiled aside and moved into place: another test may be looking for it.
  const fresh = `${classes}.${process.pid}`
  mkdirSync(fresh, { recursive: true })
  const { status, stderr } = spawnSync('javac', ['-d', fresh, '-cp', jars.join(':'), ...sources], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`javac: ${stderr}`)
  if (existsSync(classes)) rmSync(fresh, { recursive: true })
  else renameSync(fresh, classes)
  return classPath
}
