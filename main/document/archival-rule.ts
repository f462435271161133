// One row of the PDF/A-2b table; the rows stand in archival-rules*.ts.
// A test looks at gathered facts only and never at bytes of its own.
import type { PdfFacts } from './pdf-facts.ts'

export interface Rule {
  /** Clause, dash, key: goes into the failure's detail. */
  readonly id: string
  readonly clause: string
  readonly sentence: string
  /** True when the rule holds. `lexical`: found while reading, see `Cursor.notes`. */
  readonly test: ((facts: PdfFacts) => boolean) | 'lexical'
}
