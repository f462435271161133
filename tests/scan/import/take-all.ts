// A file through the importer as main does it: look, then batch by batch to the end.
import { eachPage, type ImportedPage, lookIntoFile, takePages } from '../../../main/scan/import/index.ts'
import type { Failure } from '../../../preload/contract/result.ts'
import { PARTS } from './samples.ts'

export async function takeAll(
  bytes: Uint8Array,
  parts = PARTS,
): Promise<{ pages: readonly ImportedPage[]; trouble: Failure | null }> {
  const pages: ImportedPage[] = []
  for await (const page of eachPage({ lookIntoFile, takePages }, bytes, parts)) {
    if (!page.ok) return { pages, trouble: page.failure }
    pages.push(page.value)
  }
  return { pages, trouble: null }
}

/** What is left of a page when its picture is not compared. */
export const factsOf = ({ picture: _, ...facts }: ImportedPage): Omit<ImportedPage, 'picture'> => facts
