// The rules of who may import whom (architecture §3), as a pure function: files in, complaints out.
// It knows composition roots by their role and has no list of excused files.
import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { type Import, importsOf } from './imports.ts'

/** Path from the project's root, with `/`, to the text of the file. */
export type Tree = Readonly<Record<string, string>>

export const STATIONS = [
  'card',
  'dossier',
  'scan',
  'document',
  'certification',
  'signature',
  'outbox',
  'province',
] as const
/** Each imports only those to its left. `outbox` is a station to the clerk and a service to the code. */
const SERVICES = ['log', 'storage', 'audit', 'operator', 'outbox', 'devices', 'workshop']
const DESKS = ['updater', 'support']
const DRIVERS = ['card', 'scan', 'signature', 'usb']
const WINDOW_PARTS = ['words', 'look']
/** Built by hand from everything; `app` for the program, `counter` for plain Node, `work` for a worker. */
const ROOTS = ['main/app.ts', 'main/counter.ts', 'main/work.ts']
const MAY_ELECTRON = [
  'main/app.ts',
  'main/ipc.ts',
  'main/window.ts',
  'drivers/host.ts',
  'preload/index.ts',
  'preload/pin.ts',
]
const TOP = ['main', 'preload', 'renderer', 'drivers', 'resources', 'tests']
const EMPTY_NAMES = /^(utils?|helpers?|managers?|services?|common|misc)$/i
export const LONGEST = 400

/** `main/card/judge.ts` is in `card`, `main/log.ts` is in `log`. */
const partOf = (path: string): string => (path.split('/')[1] ?? '').replace(/\.tsx?$/, '')
const zoneOf = (path: string): string =>
  path.startsWith('preload/contract/') ? 'contract' : (path.split('/')[0] ?? '')
const isBuiltin = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name)

/** Where a relative import leads, or null for a package. A missing ending is filled in as the bundler would. */
function targetOf(tree: Tree, from: string, { of }: Import): string | null {
  if (of === null || !of.startsWith('.')) return null
  const path = posix.join(posix.dirname(from), of.replace(/\?.*$/, ''))
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((candidate) => candidate in tree) ?? path
}

/** Why a package may not be imported here, or null. */
function packageTrouble(from: string, name: string): string | null {
  const zone = zoneOf(from)
  if (zone === 'tests' || zone === 'resources') return null
  if (name === 'electron' || name.startsWith('electron/'))
    return MAY_ELECTRON.includes(from)
      ? null
      : 'knows electron, which belongs to app, ipc, window, host and the preloads'
  if (zone === 'contract' && name !== 'zod') return `imports ${name}; the contract imports nothing but zod`
  if (zone === 'renderer' && isBuiltin(name)) return `imports ${name}; the window has no Node`
  return null
}

function insideMain(from: string, to: string, typeOnly: boolean): string | null {
  if (to === 'main/app.ts') return 'imports app.ts, which nobody imports'
  if (to === 'main/work.ts')
    return typeOnly && ['main/app.ts', 'main/counter.ts'].includes(from)
      ? null
      : 'imports work.ts; only its types, only for app.ts and counter.ts'
  if (to === 'main/counter.ts') return from === 'main/app.ts' ? null : 'imports counter.ts, which only app.ts does'
  if (ROOTS.includes(from)) return null
  const [mine, theirs] = [partOf(from), partOf(to)]
  if (mine === theirs) return null
  const service = SERVICES.indexOf(theirs)
  if (SERVICES.includes(mine))
    return service >= 0 && service < SERVICES.indexOf(mine)
      ? null
      : `is of ${mine} and imports ${theirs}, which is not to its left`
  if (service >= 0) return null
  if (mine === 'window' && theirs === 'ipc') return null
  const path: readonly string[] = STATIONS
  const [here, there] = [path.indexOf(mine), path.indexOf(theirs)]
  if (here < 0 || there < 0) return `is of ${mine} and imports ${theirs}; only services are allowed to it`
  if (there > here) return `is of ${mine} and imports ${theirs}, which is not to its left`
  return to === `main/${theirs}/index.ts` ? null : `imports ${to}, not the face of that station (index.ts)`
}

function insideDrivers(from: string, to: string): string | null {
  if (to === 'drivers/host.ts') return 'imports host.ts, which is the entry of a process'
  if (from === 'drivers/host.ts') return null
  const isFolder = to.split('/').length > 2
  return isFolder && partOf(from) !== partOf(to) ? `imports drivers/${partOf(to)}; drivers never meet` : null
}

/** Why this file may not import that one, or null. */
function fileTrouble(from: string, to: string, typeOnly: boolean): string | null {
  const [zone, target] = [zoneOf(from), zoneOf(to)]
  if (zone === 'tests') return null
  if (target === 'tests') return `imports ${to}; nothing imports tests/`
  if (target === 'contract') return null
  if (zone === 'main' && target === 'main') return insideMain(from, to, typeOnly)
  if (zone === 'main' && to === 'drivers/contract.ts') return null
  if (zone === 'drivers' && target === 'drivers') return insideDrivers(from, to)
  if (zone === 'renderer' && (target === 'renderer' || /^resources\/(help|fonts)\//.test(to))) return null
  if (zone === 'resources' && target === 'resources') return null
  return `imports ${to}, across a border that only the contract crosses`
}

/** Circles among imports that run (types vanish): each once, beginning with its first file. */
function circles(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = new Set<string>()
  const done = new Set<string>()
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      const round = trail.slice(at)
      const first = round.indexOf([...round].sort()[0] ?? '')
      found.add([...round.slice(first), ...round.slice(0, first)].join(' → '))
    }
    if (at >= 0 || done.has(path)) return
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) walk(path, [])
  return [...found].map((round) => `circle: ${round}`)
}

export function importComplaints(tree: Tree): readonly string[] {
  const edges = new Map<string, string[]>()
  const complaints: string[] = []
  for (const [path, source] of Object.entries(tree)) {
    if (!/\.(tsx?|mjs|js)$/.test(path)) continue
    for (const one of importsOf(source)) {
      const to = targetOf(tree, path, one)
      if (to !== null && !one.typeOnly) edges.set(path, [...(edges.get(path) ?? []), to])
      const trouble =
        to !== null
          ? fileTrouble(path, to, one.typeOnly)
          : one.of !== null
            ? packageTrouble(path, one.of)
            : computedTrouble(path)
      if (trouble !== null) complaints.push(`${path} ${trouble}`)
    }
  }
  return [...new Set([...complaints, ...circles(edges)])]
}

/** A path made at run time goes past every rule here: only the entry of a device host takes one (its bench devices). */
const computedTrouble = (path: string): string | null =>
  path === 'drivers/host.ts' || ['tests', 'resources'].includes(zoneOf(path))
    ? null
    : 'imports a computed path, which nobody can check'

/** Folder names, file names, file lengths. */
export function placeComplaints(tree: Tree): readonly string[] {
  const paths = Object.keys(tree)
  const folders = (top: string): string[] => [
    ...new Set(
      paths
        .filter((path) => path.startsWith(`${top}/`) && path.split('/').length > top.split('/').length + 1)
        .map((path) => path.slice(top.length + 1).split('/')[0] ?? ''),
    ),
  ]
  const known: Readonly<Record<string, readonly string[]>> = {
    main: [...STATIONS, ...SERVICES, ...DESKS],
    drivers: DRIVERS,
    renderer: [...STATIONS, ...DESKS, 'operator', ...WINDOW_PARTS],
  }
  const strange = Object.entries(known).flatMap(([top, names]) =>
    folders(top)
      .filter((name) => !names.includes(name))
      .map((name) => `${top}/${name} is no station, service or desk`),
  )
  const missing = STATIONS.flatMap((station) => {
    const places = {
      [`main/${station}/index.ts`]: 1,
      [`preload/contract/${station}.ts`]: 1,
      [`renderer/${station}/`]: 1,
    }
    return Object.keys(places)
      .filter((place) => !paths.some((path) => path.startsWith(place)))
      .map((place) => `station ${station} has no ${place}`)
  })
  const named = paths.flatMap((path) =>
    path
      .split('/')
      .flatMap((part) => part.split(/[-._]/))
      .filter((word) => EMPTY_NAMES.test(word))
      .map((word) => `${path} is named "${word}", which says nothing`),
  )
  // Migrations are written by drizzle-kit, one statement a line.
  const long = Object.entries(tree)
    .filter(([path]) => /\.(tsx?|mjs|css|c|h|py|html)$/.test(path))
    .map(([path, text]) => [path, text.split('\n').length - (text.endsWith('\n') ? 1 : 0)] as const)
    .filter(([, lines]) => lines > LONGEST)
    .map(([path, lines]) => `${path} has ${lines} lines`)
  const astray = paths
    .filter((path) => path.includes('/') && !TOP.includes(path.split('/')[0] ?? ''))
    .map((path) => `${path} stands outside the six folders`)
  return [...strange, ...missing, ...named, ...long, ...astray]
}

/** Tables and audit events carry the name of the folder that owns them. */
export function prefixComplaints(tree: Tree): readonly string[] {
  return Object.entries(tree).flatMap(([path, source]) => {
    const [top, part = '', file] = path.split('/')
    if (top !== 'main' || file === undefined || !path.endsWith('.ts')) return []
    const tables = [...source.matchAll(/sqliteTable\(\s*'([^']+)'/g)]
      .filter(([, name = '']) => !name.startsWith(`${part}_`))
      .map(([, name]) => `${path} declares the table ${name}`)
    const events = [...source.matchAll(/\bevent: '([a-z-]+)\./g)]
      .filter(([, name]) => name !== part)
      .map(([, name]) => `${path} writes an audit event of ${name}`)
    return [...tables, ...events]
  })
}
