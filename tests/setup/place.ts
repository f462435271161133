// Where things are, and how setup speaks to a person.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
/** What setup brings and builds; ignored by git, safe to delete. */
export const runtime = join(root, '.runtime')
export const say = (line: string): void => void process.stdout.write(`quay · ${line}\n`)
