// The importer: files from outside become pages. What others may use.
export { isWhole, kindOf } from './kinds.ts'
export { eachPage, type ImportJobs, lookIntoFile, takePages } from './open-file.ts'
export type { Batch, FileKind, ImportedPage, ImportParts, LookedInto } from './shapes.ts'
