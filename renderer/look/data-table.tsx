// A table whose rows are walked with the arrow keys and opened with Enter. A long one draws only what is near the view.
import { type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { Cell, Column, Row, Table, TableBody, TableHeader, TableLayout, Virtualizer } from 'react-aria-components'

export interface DataColumn<T> {
  readonly id: string
  readonly head: string
  readonly cell: (row: T) => ReactNode
  /** Pixels or a share; what is left goes to the columns without one. */
  readonly width?: number | `${number}%`
  readonly right?: boolean
}

interface DataTableProps<T extends object> {
  readonly label: string
  /** Of a long table: the same array as long as it is the same, or every row is made anew. */
  readonly columns: readonly DataColumn<T>[]
  /** A row that did not change is the same object, so that only changed ones are made anew. */
  readonly rows: readonly T[]
  readonly id: (row: T) => string
  readonly empty: ReactNode
  readonly selected?: string | null
  readonly onSelect?: (id: string) => void
  readonly onOpen?: (id: string) => void
  readonly testId: string
  readonly rowTestId: string
  readonly state?: (row: T) => string
  /** Thousands of rows may come. */
  readonly long?: boolean
  /** Of a long one: this row is kept in sight until a person walks the table. */
  readonly follow?: number | null
}

/** The least height of a row (lists.css): one that turns out lower than guessed would leave a gap below the others. */
const LAYOUT = { estimatedRowHeight: 52, headingHeight: 34 } as const

export function DataTable<T extends object>(props: DataTableProps<T>) {
  const {
    label,
    columns,
    rows,
    id,
    empty,
    selected = null,
    onSelect,
    onOpen,
    testId,
    rowTestId,
    state,
    long = false,
    follow = null,
  } = props
  const scroller = useScrolling(follow, rows.length)
  if (rows.length === 0) return <>{empty}</>
  const table = (
    <Table
      aria-label={label}
      {...(long ? { ref: scroller, className: 'react-aria-Table table-scroll' } : {})}
      data-testid={testId}
      selectionMode={onSelect === undefined ? 'none' : 'single'}
      selectionBehavior="replace"
      disallowEmptySelection
      selectedKeys={selected === null ? [] : [selected]}
      onSelectionChange={(keys) => {
        const first = keys === 'all' ? undefined : [...keys][0]
        if (first !== undefined) onSelect?.(String(first))
      }}
      {...(onOpen === undefined ? {} : { onRowAction: (key) => onOpen(String(key)) })}
    >
      <TableHeader>
        {columns.map((column, at) => (
          <Column
            key={column.id}
            id={column.id}
            isRowHeader={at === 0}
            {...(column.right === true ? { className: 'react-aria-Column right' } : {})}
            {...(column.width === undefined ? {} : { width: column.width, style: { width: column.width } })}
          >
            {column.head}
          </Column>
        ))}
      </TableHeader>
      <TableBody items={rows} dependencies={[columns]}>
        {(row) => (
          <Row id={id(row)} data-testid={rowTestId} data-state={state?.(row)}>
            {columns.map((column) => (
              <Cell key={column.id} {...(column.right === true ? { className: 'react-aria-Cell right' } : {})}>
                {column.cell(row)}
              </Cell>
            ))}
          </Row>
        )}
      </TableBody>
    </Table>
  )
  return long ? (
    <Virtualizer layout={TableLayout} layoutOptions={LAYOUT}>
      {table}
    </Virtualizer>
  ) : (
    <div className="table-scroll">{table}</div>
  )
}

/**
 * Scrolls to `row` as it changes, but not under the hands of somebody who walks the table. Where a key led that person stays in
 * sight when the rows around it turn out to be higher than they were guessed.
 */
function useScrolling(row: number | null, rows: number): RefObject<HTMLTableElement | null> {
  const scroller = useRef<HTMLTableElement>(null)
  useEffect(() => {
    const table = scroller.current
    if (row === null || table === null || table.contains(document.activeElement)) return
    table.scrollTop = (table.scrollHeight * row) / rows - table.clientHeight / 2
  }, [row, rows])
  useEffect(() => {
    const table = scroller.current
    const settle = () => document.activeElement?.scrollIntoView({ block: 'nearest' })
    const settleWhenDrawn = () => requestAnimationFrame(() => requestAnimationFrame(settle))
    table?.addEventListener('keyup', settleWhenDrawn)
    return () => table?.removeEventListener('keyup', settleWhenDrawn)
  }, [])
  return scroller
}
