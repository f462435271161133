// The real tree keeps the rules, and the checker is shown every forbidden import once.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importComplaints, placeComplaints, prefixComplaints, STATIONS, type Tree } from './architecture.ts'
import { importsOf } from './imports.ts'
import { root } from './setup/place.ts'

function readTree(): Tree {
  const tops = ['main', 'preload', 'renderer', 'drivers', 'resources', 'tests']
  const files = tops.flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  const read = (file: string): string =>
    /\.(tsx?|mjs|js|css|c|h|py|html|sql|json|md)$/.test(file) ? readFileSync(file, 'utf8') : ''
  return Object.fromEntries(files.map((file) => [file.slice(root.length + 1).replaceAll('\\', '/'), read(file)]))
}
const tree = readTree()

describe('the real tree', () => {
  test('nobody imports what is not theirs to import, and nothing goes in a circle', () => {
    expect(importComplaints(tree)).toEqual([])
  })
  test('every folder is a word of the path, every name says something, no file is long', () => {
    expect(placeComplaints(tree)).toEqual([])
  })
  test('tables and audit events begin with the name of their station', () => {
    expect(prefixComplaints(tree)).toEqual([])
  })
  test('the check has really read the program', () => {
    const imports = Object.entries(tree).flatMap(([path, source]) => (/\.tsx?$/.test(path) ? importsOf(source) : []))
    expect(imports.length).toBeGreaterThan(500)
    expect(imports.filter((one) => one.of === null).length).toBeLessThan(10)
  })
  test('no plain import line of any file is overlooked', () => {
    const overlooked = Object.entries(tree).flatMap(([path, source]) => {
      if (!/\.(tsx?|mjs)$/.test(path) || path.startsWith('tests/')) return []
      const seen = importsOf(source).map((one) => one.of)
      const plain = [...source.matchAll(/^(?:import|export|\}) .*from '([^']+)'$/gm)].map(([, name]) => name ?? '')
      return plain.filter((name) => !seen.includes(name)).map((name) => `${path} ${name}`)
    })
    expect(overlooked).toEqual([])
  })
})

describe('what a file imports is read from its text', () => {
  const cases: readonly (readonly [string, readonly (readonly [string | null, boolean])[]])[] = [
    ["import { a } from './a.ts'", [['./a.ts', false]]],
    ["import type { A } from './a.ts'", [['./a.ts', true]]],
    ["import type A from './a.ts'", [['./a.ts', true]]],
    // Under verbatimModuleSyntax this import stays in the program, empty.
    ["import { type A } from './a.ts'", [['./a.ts', false]]],
    ["import type, { b } from './a.ts'", [['./a.ts', false]]],
    ["import type from './a.ts'", [['./a.ts', false]]],
    ["import * as all from './a.ts'", [['./a.ts', false]]],
    ["import './a.css'", [['./a.css', false]]],
    ["import {\n  a, // from './b.ts'\n  c,\n} from './a.ts'", [['./a.ts', false]]],
    ["export * from './a.ts'", [['./a.ts', false]]],
    ["export type { A } from './a.ts'", [['./a.ts', true]]],
    ["export { a }\nconst from = './a.ts'", []],
    ["export type A = 'from' | './a.ts'", []],
    ["const a = await import('./a.ts')", [['./a.ts', false]]],
    ['const a = await import(`./a.ts`)', [['./a.ts', false]]],
    ['const a = await import(`./${name}.ts`)', [[null, false]]],
    ['const a = await import(name)', [[null, false]]],
    ["type A = typeof import('./a.ts')", [['./a.ts', true]]],
    ["const a = require('./a.ts')", [['./a.ts', false]]],
    ['const here = import.meta.dirname', []],
    ["// import { a } from './a.ts'\n/* import './a.ts' */", []],
    ["const text = `import { a } from './a.ts'`", []],
    ["const text = `${await import('./a.ts')} and ${`${b}`} import './b.ts'`", [['./a.ts', false]]],
    ["const sign = /[`'\"]/\nimport './a.ts'", [['./a.ts', false]]],
    ["const page = <p>it's open</p>\nimport './a.ts'", [['./a.ts', false]]],
    ["const half = 1 / 2 / 3 // '\nimport './a.ts'", [['./a.ts', false]]],
    ["form.import({ from: './a.ts' })", []],
  ]
  test.each(cases)('%s', (source, wanted) => {
    expect(importsOf(source).map((one) => [one.of, one.typeOnly])).toEqual(wanted)
  })
})

/** A small program that keeps every rule: all stations, one service, drivers, window. */
const SMALL: Tree = {
  ...Object.fromEntries(
    STATIONS.flatMap((station) => [
      [`main/${station}/index.ts`, "import { log } from '../log.ts'"],
      [`preload/contract/${station}.ts`, "import { z } from 'zod'"],
      [`renderer/${station}/screen.tsx`, `import '../../preload/contract/${station}.ts'`],
    ]),
  ),
  'main/log.ts': "import { appendFileSync } from 'node:fs'",
  'main/storage/index.ts': "import { log } from '../log.ts'",
  'main/devices/index.ts': "import type { Device } from '../../drivers/contract.ts'",
  'main/support/index.ts': "import { watch } from '../devices/index.ts'",
  'main/card/judge.ts': "import type { Evidence } from '../../drivers/contract.ts'",
  'main/dossier/open.ts': "import { take } from '../card/index.ts'",
  'main/work.ts': "import { judge } from './card/judge.ts'",
  'main/counter.ts': "import { open } from './card/index.ts'\nimport type { Jobs } from './work.ts'",
  'main/ipc.ts': "import { ipcMain } from 'electron'",
  'main/window.ts': "import { ORIGIN } from './ipc.ts'",
  'main/app.ts': "import { app } from 'electron'\nimport { openCounter } from './counter.ts'\nimport './window.ts'",
  'preload/index.ts': "import { ipcRenderer } from 'electron'",
  'drivers/contract.ts': "import type { Result } from '../preload/contract/card.ts'",
  'drivers/card/pcsc.ts': "import type { Driver } from '../contract.ts'",
  'drivers/scan/sane.ts': "import { spawn } from 'node:child_process'",
  'drivers/host.ts': "import 'electron'\nimport './card/pcsc.ts'\nimport './scan/sane.ts'\nawait import(bench)",
  'renderer/look/button.tsx': "import { useState } from 'react'",
  'renderer/support/manual.ts': "import text from '../../resources/help/manual.md?raw'",
  'resources/help/manual.md': '# Help',
  'tests/bench/office.ts': "import { openCounter } from '../../main/counter.ts'",
}

describe('the checker refuses', () => {
  test('nothing in a small program that keeps the rules', () => {
    expect([...importComplaints(SMALL), ...placeComplaints(SMALL), ...prefixComplaints(SMALL)]).toEqual([])
  })

  const forbidden: readonly (readonly [string, string, string])[] = [
    [
      'preload/contract/terms.ts',
      "import '../index.ts'",
      'imports preload/index.ts, across a border that only the contract crosses',
    ],
    [
      'preload/contract/terms.ts',
      "import { fs } from 'node:fs'",
      'imports node:fs; the contract imports nothing but zod',
    ],
    [
      'preload/contract/terms.ts',
      "import type { Device } from '../../drivers/contract.ts'",
      'imports drivers/contract.ts, across a border that only the contract crosses',
    ],
    ['renderer/look/x.tsx', "import { readFile } from 'fs'", 'imports fs; the window has no Node'],
    ['renderer/look/x.tsx', "import 'node:path'", 'imports node:path; the window has no Node'],
    [
      'renderer/look/x.tsx',
      "import 'electron'",
      'knows electron, which belongs to app, ipc, window, host and the preloads',
    ],
    [
      'renderer/look/x.tsx',
      "import type { Log } from '../../main/log.ts'",
      'imports main/log.ts, across a border that only the contract crosses',
    ],
    [
      'renderer/look/x.tsx',
      "import law from '../../resources/catalogue/law.json'",
      'imports resources/catalogue/law.json, across a border that only the contract crosses',
    ],
    [
      'drivers/card/x.ts',
      "import { openLog } from '../../main/log.ts'",
      'imports main/log.ts, across a border that only the contract crosses',
    ],
    ['drivers/card/x.ts', "import type { A } from '../scan/sane.ts'", 'imports drivers/scan; drivers never meet'],
    ['drivers/scan/x.ts', "import '../card/pcsc.ts'", 'imports drivers/card; drivers never meet'],
    ['drivers/catalogue.ts', "import './card/pcsc.ts'", 'imports drivers/card; drivers never meet'],
    [
      'drivers/card/x.ts',
      "import type { A } from 'electron'",
      'knows electron, which belongs to app, ipc, window, host and the preloads',
    ],
    ['drivers/card/x.ts', "import '../host.ts'", 'imports host.ts, which is the entry of a process'],
    ['drivers/card/x.ts', 'await import(name)', 'imports a computed path, which nobody can check'],
    [
      'main/card/x.ts',
      "import { open } from '../dossier/index.ts'",
      'is of card and imports dossier, which is not to its left',
    ],
    [
      'main/card/x.ts',
      "import type { Open } from '../province/index.ts'",
      'is of card and imports province, which is not to its left',
    ],
    [
      'main/scan/x.ts',
      "import { judge } from '../card/judge.ts'",
      'imports main/card/judge.ts, not the face of that station (index.ts)',
    ],
    [
      'main/scan/x.ts',
      "import { pcsc } from '../../drivers/card/pcsc.ts'",
      'imports drivers/card/pcsc.ts, across a border that only the contract crosses',
    ],
    [
      'main/scan/x.ts',
      "import { app } from 'electron'",
      'knows electron, which belongs to app, ipc, window, host and the preloads',
    ],
    ['main/scan/x.ts', "import { app } from '../app.ts'", 'imports app.ts, which nobody imports'],
    ['main/scan/x.ts', "import type { Counter } from '../counter.ts'", 'imports counter.ts, which only app.ts does'],
    [
      'main/scan/x.ts',
      "import type { Jobs } from '../work.ts'",
      'imports work.ts; only its types, only for app.ts and counter.ts',
    ],
    [
      'main/scan/x.ts',
      "import { ORIGIN } from '../ipc.ts'",
      'is of scan and imports ipc; only services are allowed to it',
    ],
    [
      'main/scan/x.ts',
      "import { light } from '../support/index.ts'",
      'is of scan and imports support; only services are allowed to it',
    ],
    [
      'main/scan/x.ts',
      "import { Button } from '../../renderer/look/button.tsx'",
      'imports renderer/look/button.tsx, across a border that only the contract crosses',
    ],
    [
      'main/support/x.ts',
      "import { open } from '../card/index.ts'",
      'is of support and imports card; only services are allowed to it',
    ],
    [
      'main/storage/x.ts',
      "import { watch } from '../devices/index.ts'",
      'is of storage and imports devices, which is not to its left',
    ],
    [
      'main/log.ts',
      "import { open } from './storage/index.ts'",
      'is of log and imports storage, which is not to its left',
    ],
    [
      'main/outbox/x.ts',
      "import type { A } from '../card/index.ts'",
      'is of outbox and imports card, which is not to its left',
    ],
    [
      'main/card/x.ts',
      "import { office } from '../../tests/bench/office.ts'",
      'imports tests/bench/office.ts; nothing imports tests/',
    ],
    [
      'renderer/look/x.tsx',
      "export { office } from '../../tests/bench/office.ts'",
      'imports tests/bench/office.ts; nothing imports tests/',
    ],
    [
      'resources/build/build.ts',
      "import '../../tests/bench/office.ts'",
      'imports tests/bench/office.ts; nothing imports tests/',
    ],
  ]
  test.each(forbidden)('%s: %s', (path, source, complaint) => {
    // A file on both sides of an import may make a circle as well; the rule itself must be named in any case.
    const complaints = importComplaints({ ...SMALL, [path]: source }).filter((one) => !one.startsWith('circle'))
    expect(complaints).toEqual([`${path} ${complaint}`])
  })

  test('a worker entry that is imported to run, not for its types', () => {
    const counter = "import { open } from './card/index.ts'\nimport { jobs } from './work.ts'"
    expect(importComplaints({ ...SMALL, 'main/counter.ts': counter })).toEqual([
      'main/counter.ts imports work.ts; only its types, only for app.ts and counter.ts',
    ])
  })
  test('a circle inside one folder, once, and not one of types', () => {
    const round = {
      'main/card/a.ts': "import './b.ts'",
      'main/card/b.ts': "import './c.ts'",
      'main/card/c.ts': "import './a.ts'",
    }
    expect(importComplaints({ ...SMALL, ...round })).toEqual([
      'circle: main/card/a.ts → main/card/b.ts → main/card/c.ts',
    ])
    expect(importComplaints({ ...SMALL, ...round, 'main/card/c.ts': "import type { A } from './a.ts'" })).toEqual([])
  })

  test('a folder that is no word of the path, and a station that is missing somewhere', () => {
    expect(placeComplaints({ ...SMALL, 'main/payment/index.ts': '' })).toEqual([
      'main/payment is no station, service or desk',
    ])
    expect(placeComplaints({ ...SMALL, 'drivers/camera/open.ts': '' })).toEqual([
      'drivers/camera is no station, service or desk',
    ])
    const { 'renderer/scan/screen.tsx': _, ...without } = SMALL
    expect(placeComplaints(without)).toEqual(['station scan has no renderer/scan/'])
  })
  test.each(['util', 'utils', 'helper', 'helpers', 'manager', 'service', 'common', 'misc'])('the name %s', (word) => {
    const paths = [`main/card/${word}.ts`, `main/card/${word}/x.ts`, `main/card/card-${word}.ts`]
    for (const path of paths)
      expect(placeComplaints({ ...SMALL, [path]: '' })).toEqual([`${path} is named "${word}", which says nothing`])
  })
  test('the 401st line', () => {
    const lines = (count: number): Tree => ({ ...SMALL, 'main/card/long.ts': '//\n'.repeat(count) })
    expect(placeComplaints(lines(400))).toEqual([])
    expect(placeComplaints(lines(401))).toEqual(['main/card/long.ts has 401 lines'])
  })
  test('a table or an audit event under the name of another station', () => {
    const source = "sqliteTable('scan_page', {})\naudit.append(w, { actor, event: 'scan.started', subject })"
    expect(prefixComplaints({ 'main/scan/table.ts': source })).toEqual([])
    expect(prefixComplaints({ 'main/card/table.ts': source })).toEqual([
      'main/card/table.ts declares the table scan_page',
      'main/card/table.ts writes an audit event of scan',
    ])
  })
})
