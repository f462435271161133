// SANE's own `test` backend returns any status we like: the real scanimage turns it into the exit code we read.
import { chmod, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ScanSession } from '../../drivers/contract.ts'
import { writeTestConfig } from '../bench/scanner/sane-config.ts'
import { A4_COLOUR, hasScanimage, scanAll, workplace } from './bench.ts'

const never = new AbortController().signal
const SMALL = { ...A4_COLOUR, dpi: 75 }
let place: ReturnType<typeof workplace>
beforeEach(() => {
  place = workplace()
})
afterEach(() => place.clear())

async function opened(driver = place.driver): Promise<ScanSession> {
  const session = await driver.open('test:0', never)
  if (!session.ok) throw new Error(JSON.stringify(session.failure))
  return session.value
}

/** A scanimage whose backend answers every read with `status`: the real program, one option added. */
async function scanimageSaying(status: string): Promise<string> {
  const path = join(place.config, `scanimage-${status}`)
  await writeFile(
    path,
    `#!/bin/sh\ncase "$*" in *--batch=*) exec scanimage "$@" --read-return-value=${status} ;; *) exec scanimage "$@" ;; esac\n`,
  )
  await chmod(path, 0o700)
  return path
}

const story = test.skipIf(!hasScanimage)

story('ten sheets in the feeder of the test backend are ten pages', async () => {
  await writeTestConfig(place.config)
  const { result, pages } = await scanAll(await opened(), SMALL)
  expect(result).toEqual({ ok: true, value: { pages: 10 } })
  expect(pages.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

story.each([
  ['SANE_STATUS_UNSUPPORTED', 'failed'],
  ['SANE_STATUS_CANCELLED', 'failed'],
  ['SANE_STATUS_DEVICE_BUSY', 'busy'],
  ['SANE_STATUS_INVAL', 'unsupported'],
  ['SANE_STATUS_JAMMED', 'jammed'],
  ['SANE_STATUS_NO_DOCS', 'feeder-empty'],
  ['SANE_STATUS_COVER_OPEN', 'cover-open'],
  ['SANE_STATUS_IO_ERROR', 'failed'],
  ['SANE_STATUS_NO_MEM', 'failed'],
  ['SANE_STATUS_ACCESS_DENIED', 'failed'],
])('%s comes out as: %s', async (status, what) => {
  await writeTestConfig(place.config)
  const spoken = await scanimageSaying(status)
  const { driver, clear } = workplace({
    scanimage: spoken,
    environment: { ...process.env, SANE_CONFIG_DIR: place.config },
    silenceMs: 3_000,
  })
  const { result } = await scanAll(await opened(driver), SMALL)
  clear()
  expect(result).toEqual({ ok: false, failure: { kind: 'device', device: 'scan', what } })
})

story('a backend that hangs and does not even listen to being stopped is ended', async () => {
  await writeTestConfig(place.config)
  const deaf = join(place.config, 'scanimage-deaf')
  const hang = `trap '' TERM; exec sleep 60`
  await writeFile(deaf, `#!/bin/sh\ncase "$*" in *--batch=*) ${hang} ;; *) exec scanimage "$@" ;; esac\n`)
  await chmod(deaf, 0o700)
  const { driver, left, clear } = workplace({
    scanimage: deaf,
    environment: { ...process.env, SANE_CONFIG_DIR: place.config },
    silenceMs: 200,
    graceMs: 200,
  })
  const { result } = await scanAll(await opened(driver), SMALL)
  expect({ result, left: left() }).toEqual({
    result: { ok: false, failure: { kind: 'device', device: 'scan', what: 'timeout' } },
    left: [],
  })
  clear()
})

story('a scanimage that the system has stopped dead is ended too, and nothing of it stays behind', async () => {
  await writeTestConfig(place.config)
  const stopped = join(place.config, 'scanimage-stopped')
  await writeFile(
    stopped,
    `#!/bin/sh\ncase "$*" in *--batch=*) echo $$ > ${place.config}/number; kill -STOP $$ ;; *) exec scanimage "$@" ;; esac\n`,
  )
  await chmod(stopped, 0o700)
  const { driver, left, clear } = workplace({
    scanimage: stopped,
    environment: { ...process.env, SANE_CONFIG_DIR: place.config },
    silenceMs: 500,
    graceMs: 200,
  })
  const { result } = await scanAll(await opened(driver), SMALL)
  const number = Number(await readFile(join(place.config, 'number'), 'utf8'))
  expect({ result, left: left() }).toEqual({
    result: { ok: false, failure: { kind: 'device', device: 'scan', what: 'timeout' } },
    left: [],
  })
  expect(() => process.kill(number, 0)).toThrow('ESRCH')
  clear()
})

test('a computer without SANE says that it has no scanners of this kind', async () => {
  const { driver, clear } = workplace({ scanimage: '/nonexistent/scanimage' })
  const failure = { kind: 'device', device: 'scan', what: 'unsupported' }
  expect(await driver.present(never)).toEqual({ ok: false, failure })
  expect(await driver.open('test:0', never)).toEqual({ ok: false, failure })
  clear()
})

test('a device list that never comes is given up', async () => {
  await writeTestConfig(place.config)
  const path = join(place.config, 'sleeper')
  await writeFile(path, '#!/bin/sh\nexec sleep 60\n')
  await chmod(path, 0o700)
  const { driver, clear } = workplace({ scanimage: path, listingMs: 200 })
  expect(await driver.present(never)).toEqual({
    ok: false,
    failure: { kind: 'device', device: 'scan', what: 'timeout' },
  })
  clear()
})

story('a spool that is a file, or a link to somewhere else, is not used', async () => {
  await writeTestConfig(place.config)
  const link = join(place.config, 'link')
  await symlink(place.config, link)
  for (const spool of [join(place.config, 'dll.conf'), link]) {
    const { driver, clear } = workplace({ spool, environment: { ...process.env, SANE_CONFIG_DIR: place.config } })
    expect(await driver.open('test:0', never)).toEqual({ ok: false, failure: { kind: 'storage', what: 'locked' } })
    clear()
  }
})
