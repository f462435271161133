// What the npm scripts do, on Node 24 with everything installed: `node tests/setup/run.ts COMMAND …`.
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { buildFaultingModule } from '../bench/token/build.ts'
import { bringElectron } from './electron.ts'
import { root, runtime, say } from './place.ts'
import { buildSqliteForStandIn } from './sqlite.ts'

const bin = (name: string): string => join(root, 'node_modules/.bin', name)
const run = (command: string, args: readonly string[], options: SpawnSyncOptions = {}): number =>
  spawnSync(command, [...args], { cwd: root, stdio: 'inherit', ...options }).status ?? 1
const node = (script: string, ...args: readonly string[]): number =>
  run(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, script), ...args])

/** Electron, the native builds, the test module, the built program; each only when it is missing or older than its source. */
async function setUp(): Promise<void> {
  const electron = await bringElectron()
  if (!electron.official) buildSqliteForStandIn()
  if (process.platform === 'linux') await buildFaultingModule(join(runtime, 'faulting-pkcs11.so'))
  build()
}

function build(): void {
  const sources = [
    'main',
    'preload',
    'drivers',
    'renderer',
    'resources/build',
    'resources/help',
    'resources/fonts',
  ].flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx,css,html,md,ttf}`, { cwd: root }))
  const newest = Math.max(...['package-lock.json', ...sources].map((file) => statSync(join(root, file)).mtimeMs))
  const built = join(root, '.build/renderer/index.html')
  if (existsSync(built) && existsSync(join(root, '.build/main/app.cjs')) && statSync(built).mtimeMs > newest) return
  say('building the program …')
  if (node('resources/build/build.ts') !== 0) process.exit(1)
}

function check(): number {
  say('types …')
  let worst = run(bin('tsc'), ['-p', 'tsconfig.json'])
  say('lint and format …')
  worst ||= run(bin('biome'), ['check', '--config-path', 'tests/setup/lint.json', '.'])
  say('architecture …')
  worst ||= run(bin('vitest'), ['run', '--config', 'tests/setup/vitest.config.ts', 'tests/architecture.test.ts'])
  return worst
}

interface Counts {
  passed: number
  failed: number
  skipped: number
}

const report = (name: string): string => join(runtime, `report-${name}.json`)

function unit(zone: string, files: readonly string[]): Counts {
  const file = report(`unit-${zone.replace('/', '-')}`)
  rmSync(file, { force: true })
  const status = run(
    bin('vitest'),
    [
      'run',
      '--config',
      'tests/setup/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...files,
    ],
    {
      env: { ...process.env, TZ: zone },
    },
  )
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 }
  const seen = JSON.parse(readFileSync(file, 'utf8')) as {
    numPassedTests: number
    numFailedTests: number
    numPendingTests: number
    numTodoTests: number
    numFailedTestSuites: number
  }
  const failed = seen.numFailedTests + (status !== 0 && seen.numFailedTests === 0 ? 1 : 0)
  return { passed: seen.numPassedTests, failed, skipped: seen.numPendingTests + seen.numTodoTests }
}

function journeys(files: readonly string[]): Counts {
  const file = report('journeys')
  rmSync(file, { force: true })
  const status = run(bin('playwright'), ['test', '--config', 'tests/journeys/playwright.config.ts', ...files], {
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  })
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 }
  const { stats } = JSON.parse(readFileSync(file, 'utf8')) as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  }
  const failed = stats.unexpected + (status !== 0 && stats.unexpected === 0 ? 1 : 0)
  if (stats.flaky > 0) say(`${stats.flaky} journeys needed a second try`)
  return { passed: stats.expected + stats.flaky, failed, skipped: stats.skipped }
}

/** Pure parts and the clock run again under another zone. */
const IN_EVERY_ZONE = [
  'tests/contract',
  'tests/dossier',
  'tests/certification',
  'tests/outbox',
  'tests/card/judge.test.ts',
  'tests/signature/certificate.test.ts',
]

async function test(): Promise<number> {
  const sum: Counts = { passed: 0, failed: 0, skipped: 0 }
  const add = (counts: Counts): void => {
    sum.passed += counts.passed
    sum.failed += counts.failed
    sum.skipped += counts.skipped
  }
  say('check …')
  add(check() === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 })
  say('unit and station tests (TZ=Asia/Ho_Chi_Minh) …')
  add(unit('Asia/Ho_Chi_Minh', []))
  say('the same clocks in New York …')
  add(unit('America/New_York', IN_EVERY_ZONE))
  say('journeys on the real window …')
  add(journeys([]))
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`)
  return sum.failed === 0 ? 0 : 1
}

const [command = 'setup', ...rest] = process.argv.slice(2)
const began = Date.now()
if (command !== 'check' && command !== 'province') await setUp()
switch (command) {
  case 'setup':
    say(`ready in ${((Date.now() - began) / 1000).toFixed(1)} s`)
    break
  case 'check':
    process.exitCode = check()
    break
  case 'test':
    process.exitCode = await test()
    break
  case 'unit':
    process.exitCode = unit('Asia/Ho_Chi_Minh', rest).failed === 0 ? 0 : 1
    break
  case 'journeys':
    process.exitCode = journeys(rest).failed === 0 ? 0 : 1
    break
  case 'demo':
    process.exitCode = node('tests/setup/demo.ts', ...rest)
    break
  case 'torture':
    process.exitCode = node('tests/journeys/torture.ts', ...rest)
    break
  case 'perf':
    process.exitCode = node('tests/perf/run.ts', ...rest)
    break
  case 'pack':
    process.exitCode = node('tests/setup/pack.ts', ...rest)
    break
  case 'province':
    process.exitCode = node('tests/province/run-province.ts', ...rest)
    break
  default:
    process.stderr.write(`unknown command: ${command}\n`)
    process.exitCode = 2
}
