// The encrypted SQLite driver for the stand-in Electron: its published source, built once at Node-API 8.
// The official prebuild needs Node-API 10 and crashes there; the product ships the official prebuild.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, runtime, say } from './place.ts'

export const sqliteForStandIn = join(runtime, 'sqlite-napi8.node')

export function buildSqliteForStandIn(): string {
  if (existsSync(sqliteForStandIn)) return sqliteForStandIn
  say('building the encrypted SQLite driver for the stand-in Electron (about 90 s, once) …')
  const work = join(runtime, 'sqlite-build')
  rmSync(work, { recursive: true, force: true })
  mkdirSync(join(work, 'node_modules'), { recursive: true })
  cpSync(join(root, 'node_modules/better-sqlite3'), join(work, 'node_modules/better-sqlite3-multiple-ciphers'), {
    recursive: true,
  })
  cpSync(join(root, 'node_modules/node-addon-api'), join(work, 'node_modules/node-addon-api'), { recursive: true })
  const header = join(runtime, 'napi8-compat.h')
  cpSync(join(root, 'tests/setup/sqlite/napi8-compat.h'), header)
  if (/\s/.test(header)) throw new Error('the project folder must not contain spaces for this build')
  const nodedir = process.env.QUAY_NODE_HEADERS
  const built = spawnSync(
    join(root, 'node_modules/.bin/node-gyp'),
    ['rebuild', '--release', '--jobs=2', ...(nodedir ? [`--nodedir=${nodedir}`] : []), '--', '-Dforce_build=1'],
    {
      cwd: join(work, 'node_modules/better-sqlite3-multiple-ciphers'),
      env: { ...process.env, CXXFLAGS: `${process.env.CXXFLAGS ?? ''} -include ${header}` },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  )
  if (built.status !== 0) throw new Error(`the SQLite driver did not build:\n${built.stderr.slice(-4000)}`)
  const output = join(work, 'node_modules/better-sqlite3-multiple-ciphers/build/Release/better_sqlite3.node')
  if (spawnSync('strip', ['-s', '-o', sqliteForStandIn, output]).status !== 0) cpSync(output, sqliteForStandIn)
  rmSync(work, { recursive: true, force: true })
  return sqliteForStandIn
}
