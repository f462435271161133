// Scans of real paper that others published with their programs, fetched from Debian's source archive when a bench asks for them.
// Nothing of it is kept in the project; the system's own apt configuration is neither read nor changed.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { writeBitonalPng } from '../../../main/scan/import/bitonal.ts'

export interface RealScan {
  readonly set: string
  readonly name: string
  /** JPEG, or PNG of one bit a pixel, as the importers would hand it on. */
  readonly picture: Buffer
  readonly dpi: number
  readonly bitonal: boolean
  /** Lines of Latin print, upright as published (looked at by eye). */
  readonly prose: boolean
}

interface ScanSet {
  readonly package: string
  readonly licence: string
  /** Names of whole pages within the upstream archive. */
  readonly folder: string
  readonly prose: string
  /** Pages that are no lines of Latin print: music, an engraving, tickets, another script, two pages side by side. */
  readonly other: string
}

const SETS: readonly ScanSet[] = [
  {
    package: 'leptonlib',
    licence: 'BSD-2-Clause (Leptonica)',
    folder: 'prog',
    prose:
      '1555.003.jpg 1555.007.jpg amoris.2.150.jpg cat.007.jpg cat.035.jpg cavalerie.29.jpg lapide.052.100.jpg zanotti-78.jpg feyn.tif ' +
      'lucasta.1.300.tif pageseg1.tif pageseg2.tif pageseg3.tif pageseg4.tif scots-frag.tif shearer.148.tif table.15.tif ' +
      'table.27.tif witten.tif words.15.tif words.44.tif cootoots.png keystone.png patent.png rabi.png tribune-page-4x.png',
    other:
      'bois-2.tif bois-3.tif bois-4.tif bois-5.tif ortiz-02.tif ortiz-03.tif ortiz-04.tif ortiz-05.tif cavalerie.11.jpg ' +
      'harmoniam-11.tif copernicus.png tickets.tif arabic2.png wet-day.jpg',
  },
  {
    package: 'unpaper',
    licence: 'GPL-2.0-only (unpaper)',
    folder: 'tests/source_images',
    prose: 'imgsrc001.png imgsrc002.png',
    other: 'imgsrcE001.png imgsrcE002.png imgsrcE003.png',
  },
  {
    package: 'ocrmypdf',
    licence: 'each file its own, see debian/copyright (OCRmyPDF)',
    folder: 'tests/resources',
    prose: 'LinnSequencer.jpg linn.png typewriter.png skew.jpg',
    other: 'baiona.png baiona_colormapped.png',
  },
]
/** Where a page names no believable resolution it is taken to be as tall as letter paper. */
const LETTER_HEIGHT = 11

function apt(home: string, ...command: readonly string[]) {
  const options = {
    'Dir::Etc::sourcelist': join(home, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(home, 'lists'),
    'Dir::Cache': join(home, 'cache'),
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '20',
  }
  const set = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  return spawnSync('apt-get', [...set, '-qq', ...command], {
    cwd: join(home, 'source'),
    encoding: 'utf8',
    timeout: 300_000,
  })
}

/** The upstream archive of a package, unpacked; null when it cannot be had. */
function fetchSet(home: string, { package: name, folder }: ScanSet): string | null {
  const place = join(home, name)
  if (existsSync(join(place, 'done'))) return place
  const source = join(home, 'source')
  const archive = (): string | undefined =>
    globSync(`${name}_*.orig.tar.*`, { cwd: source }).find((file) => !file.endsWith('.asc'))
  if (archive() === undefined) apt(home, 'source', '--download-only', name)
  const found = archive()
  if (found === undefined) return null
  mkdirSync(place, { recursive: true })
  const packed = join(source, found)
  const unpacked = spawnSync('tar', [
    '-xf',
    packed,
    '-C',
    place,
    '--strip-components=1',
    '--wildcards',
    `*/${folder}/*`,
  ])
  if (unpacked.status !== 0) return null
  writeFileSync(join(place, 'done'), '')
  return place
}

async function take(set: ScanSet, file: string, prose: boolean): Promise<RealScan> {
  const bytes = readFileSync(file)
  const { format, height = 0, density, bitsPerSample, channels } = await sharp(bytes).metadata()
  const bitonal = bitsPerSample === 1 && channels === 1
  const believable = density !== undefined && density >= 100 && height / density > 3 && height / density < 18
  const dpi = believable ? density : Math.max(100, Math.round(height / LETTER_HEIGHT))
  const picture = bitonal
    ? await turnBitonal(bytes, 0, dpi)
    : format === 'jpeg'
      ? bytes
      : await sharp(bytes).flatten({ background: '#ffffff' }).jpeg({ quality: 90 }).toBuffer()
  return { set: set.package, name: basename(file), picture, dpi, bitonal, prose }
}

async function turnBitonal(bytes: Buffer, by: number, dpi: number): Promise<Buffer> {
  const { data, info } = await sharp(bytes).rotate(by).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  const grey = info.channels === 1 ? data : data.filter((_value, at) => at % info.channels === 0)
  return Buffer.from(writeBitonalPng(grey, info.width, info.height, dpi))
}

/**
 * The same page as it would have come from the scanner `by` degrees further clockwise. By quarters nothing is lost; by other
 * angles the largest upright part that the page fills is cut out, so that no corner of a made-up colour pretends to be an edge.
 */
export async function turnScan({ picture, bitonal, dpi }: RealScan, by: number): Promise<Buffer> {
  if (by === 0) return picture
  if (by % 90 === 0) return bitonal ? turnBitonal(picture, by, dpi) : asJpeg(sharp(picture).rotate(by), dpi)
  const { width, height } = await sharp(picture).metadata()
  const { data, info } = await sharp(picture)
    .toColourspace('srgb')
    .rotate(by, { background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [sin, cos] = [Math.abs(Math.sin((by * Math.PI) / 180)), Math.abs(Math.cos((by * Math.PI) / 180))]
  const wide = Math.floor((width * cos - height * sin) / (cos * cos - sin * sin)) - 4
  const high = Math.floor((height * cos - width * sin) / (cos * cos - sin * sin)) - 4
  const [left, top] = [Math.floor((info.width - wide) / 2), Math.floor((info.height - high) / 2)]
  const { channels } = info
  const part = sharp(data, { raw: { width: info.width, height: info.height, channels } })
  return asJpeg(part.extract({ left, top, width: wide, height: high }), dpi)
}

const asJpeg = (picture: Sharp, dpi: number): Promise<Buffer> =>
  picture.withMetadata({ density: dpi }).jpeg({ quality: 90 }).toBuffer()

/** All real scans that can be had now, and a sentence for every set that cannot. */
export async function fetchRealScans(home: string): Promise<{
  readonly scans: readonly RealScan[]
  readonly sets: readonly string[]
  readonly missing: readonly string[]
}> {
  for (const folder of ['source', 'lists/partial', 'cache/archives/partial'])
    mkdirSync(join(home, folder), { recursive: true })
  const [scans, sets, missing]: [RealScan[], string[], string[]] = [[], [], []]
  if (SETS.some((set) => !existsSync(join(home, set.package, 'done')))) {
    writeFileSync(
      join(home, 'sources.list'),
      'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main\n',
    )
    const updated = apt(home, 'update')
    if (updated.error !== undefined)
      return { scans, sets, missing: ['There is no apt-get here: no real scans were looked at.'] }
  }
  for (const set of SETS) {
    const place = fetchSet(home, set)
    if (place === null) {
      missing.push(`Debian's source package ${set.package} could not be fetched: its scans were not looked at.`)
      continue
    }
    const named = [
      ...set.prose.split(' ').map((name) => [name, true] as const),
      ...set.other.split(' ').map((name) => [name, false] as const),
    ]
    const here = named.filter(([name]) => name !== '' && existsSync(join(place, set.folder, name)))
    for (const [name, prose] of here) scans.push(await take(set, join(place, set.folder, name), prose))
    sets.push(`${set.package}: ${here.length} pages, ${set.licence}`)
  }
  return { scans, sets, missing }
}
