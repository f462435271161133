// Writes configuration folders for SANE, so that a test sees one scanner and nothing else of the machine or its network.
// It never touches /etc/sane.d; the caller removes the folder.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One eSCL scanner at `url`, named `name`, no discovery. Give the folder to scanimage as SANE_CONFIG_DIR. */
export async function writeAirscanConfig(folder: string, url: string, name = 'Quay Bench Scanner'): Promise<string> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'dll.conf'), 'airscan\n')
  await writeFile(
    join(folder, 'airscan.conf'),
    `[devices]\n"${name}" = ${url}, eSCL\n\n[options]\ndiscovery = disable\nws-discovery = off\n`,
  )
  return folder
}

/** SANE's own `test` backend with an A4 feeder of ten sheets (device test:0). */
export async function writeTestConfig(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'dll.conf'), 'test\n')
  const settings = [
    'number_of_devices 1',
    'mode Color',
    'depth 8',
    'resolution_min 50',
    'resolution_max 600',
    'resolution_quant 1',
    'resolution 75',
    'test-picture "Color pattern"',
    'geometry_max 300',
    'br_x 210',
    'br_y 297',
  ]
  await writeFile(join(folder, 'test.conf'), `${settings.join('\n')}\n`)
  return folder
}
