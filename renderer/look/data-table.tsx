// A table whose rows are walked with the arrow keys and opened with Enter.
import type { ReactNode } from 'react'
import { Cell, Column, Row, Table, TableBody, TableHeader } from 'react-aria-components'

export interface DataColumn<T> {
  readonly id: string
  readonly head: string
  readonly cell: (row: T) => ReactNode
  readonly width?: number | string
  readonly right?: boolean
}

interface DataTableProps<T> {
  readonly label: string
  readonly columns: readonly DataColumn<T>[]
  readonly rows: readonly T[]
  readonly id: (row: T) => string
  readonly empty: ReactNode
  readonly selected?: string | null
  readonly onSelect?: (id: string) => void
  readonly onOpen?: (id: string) => void
  readonly testId: string
  readonly rowTestId: string
  readonly state?: (row: T) => string
}

export function DataTable<T>(props: DataTableProps<T>) {
  const { label, columns, rows, id, empty, selected = null, onSelect, onOpen, testId, rowTestId, state } = props
  if (rows.length === 0) return <>{empty}</>
  return (
    <div className="table-scroll">
      <Table
        aria-label={label}
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
              style={column.width === undefined ? {} : { width: column.width }}
            >
              {column.head}
            </Column>
          ))}
        </TableHeader>
        <TableBody>
          {rows.map((row) => (
            <Row key={id(row)} id={id(row)} data-testid={rowTestId} data-state={state?.(row)}>
              {columns.map((column) => (
                <Cell key={column.id} {...(column.right === true ? { className: 'react-aria-Cell right' } : {})}>
                  {column.cell(row)}
                </Cell>
              ))}
            </Row>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}
