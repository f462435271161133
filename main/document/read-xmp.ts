// Reads an XMP packet (ISO 16684-1: a small part of XML and RDF) into plain facts.
// Answers null for anything that is not well-formed UTF-8 XML with one rdf:RDF. Never expands entities beyond XML's five and
// numbers, never follows a DTD, never throws.

interface Element {
  readonly space: string
  readonly local: string
  readonly prefix: string
  readonly attributes: readonly { readonly space: string; readonly local: string; readonly value: string }[]
  readonly children: Element[]
  text: string
}

export interface XmpProperty {
  readonly space: string
  readonly name: string
  readonly prefix: string
  /** Text, or the texts of its list items. */
  readonly values: readonly string[]
}

export interface XmpSchema {
  readonly space: string
  readonly properties: ReadonlySet<string>
  /** All fields of ISO 19005-2 §6.6.2.3.3 are there, with the required prefixes and categories. */
  readonly complete: boolean
}

export interface Xmp {
  readonly properties: readonly XmpProperty[]
  readonly schemas: readonly XmpSchema[]
  /** The packet header carries `bytes` or `encoding`, which §6.6.2.2 forbids. */
  readonly headerAttributes: boolean
}

export const XMP_SPACES = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  pdf: 'http://ns.adobe.com/pdf/1.3/',
  pdfaid: 'http://www.aiim.org/pdfa/ns/id/',
  extension: 'http://www.aiim.org/pdfa/ns/extension/',
  schema: 'http://www.aiim.org/pdfa/ns/schema#',
  property: 'http://www.aiim.org/pdfa/ns/property#',
} as const

const XML = 'http://www.w3.org/XML/1998/namespace'
const MOST_BYTES = 2 * 1024 * 1024
const MOST_ELEMENTS = 20_000
const MOST_DEPTH = 40
const MOST_NAMES = 100

export function readXmp(bytes: Uint8Array): Xmp | null {
  if (bytes.length > MOST_BYTES) return null
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
  const root = parseXml(text)
  if (root === null) return null
  const rdf = root.space === XMP_SPACES.rdf ? root : root.children.find((each) => each.space === XMP_SPACES.rdf)
  if (rdf === undefined || rdf.local !== 'RDF') return null
  const properties = rdf.children.flatMap(propertiesOf)
  const header = /<\?xpacket\s+begin=[^?]*\?>/.exec(text)?.[0] ?? ''
  return {
    properties,
    schemas: rdf.children
      .flatMap((each) => each.children.filter((child) => isIn(child, 'extension', 'schemas')))
      .flatMap(schemasOf),
    headerAttributes: /\s(bytes|encoding)\s*=/.test(header),
  }
}

const isIn = (element: Element, space: keyof typeof XMP_SPACES, local: string): boolean =>
  element.space === XMP_SPACES[space] && element.local === local

function propertiesOf(description: Element): XmpProperty[] {
  if (!isIn(description, 'rdf', 'Description')) return []
  const short = description.attributes
    .filter(({ space }) => space !== '' && space !== XMP_SPACES.rdf && space !== XML)
    .map(({ space, local, value }) => ({ space, name: local, prefix: '', values: [value] }))
  const long = description.children.map((child) => {
    const items = child.children.flatMap((list) => list.children.filter((item) => isIn(item, 'rdf', 'li')))
    return {
      space: child.space,
      name: child.local,
      prefix: child.prefix,
      values: items.length > 0 ? items.map((item) => item.text) : [child.text],
    }
  })
  return [...short, ...long]
}

const listItems = (element: Element | undefined, kind: string): readonly Element[] =>
  element?.children.find((each) => isIn(each, 'rdf', kind))?.children.filter((each) => isIn(each, 'rdf', 'li')) ?? []

/** A resource may be written `parseType="Resource"` or with an inner rdf:Description. */
const fieldsOf = (item: Element): readonly Element[] => {
  const [only] = item.children
  return only !== undefined && isIn(only, 'rdf', 'Description') ? only.children : item.children
}

function schemasOf(container: Element): XmpSchema[] {
  return listItems(container, 'Bag').map((item) => {
    const fields = fieldsOf(item)
    const field = (local: string) => fields.find((each) => isIn(each, 'schema', local) && each.prefix === 'pdfaSchema')
    const described = listItems(field('property'), 'Seq').map((property) => {
      const of = (local: string) =>
        fieldsOf(property).find((each) => isIn(each, 'property', local) && each.prefix === 'pdfaProperty')?.text ?? ''
      return {
        name: of('name'),
        complete:
          of('name') !== '' &&
          of('valueType') !== '' &&
          of('description') !== '' &&
          /^(external|internal)$/.test(of('category')),
      }
    })
    return {
      space: field('namespaceURI')?.text ?? '',
      properties: new Set(described.map(({ name }) => name)),
      complete:
        container.prefix === 'pdfaExtension' &&
        ['schema', 'namespaceURI', 'prefix'].every((local) => (field(local)?.text ?? '') !== '') &&
        described.every(({ complete }) => complete),
    }
  })
}

/** The root element, or null. Well-formedness as far as it matters: nesting, quoting, names bound to a namespace, no DTD. */
function parseXml(text: string): Element | null {
  const stack: { element: Element; names: ReadonlyMap<string, string>; tag: string }[] = []
  const outermost = new Map([['xml', XML]])
  let root: Element | null = null
  let count = 0
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  while (at < text.length) {
    const top = stack.at(-1)
    if (text[at] !== '<') {
      const stop = text.indexOf('<', at)
      const piece = text.slice(at, stop < 0 ? text.length : stop)
      const plain = unescapeXml(piece)
      if (plain === null || (top === undefined && piece.trim() !== '')) return null
      if (top !== undefined) top.element.text += plain
      at += piece.length
      continue
    }
    const skipped = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : undefined
    if (skipped !== undefined) {
      const stop = text.indexOf(skipped, at + 2)
      if (stop < 0) return null
      at = stop + skipped.length
      continue
    }
    const stop = closingBracket(text, at)
    if (stop < 0) return null
    const inner = text.slice(at + 1, stop)
    at = stop + 1
    if (inner.startsWith('/')) {
      if (top === undefined || top.tag !== inner.slice(1).trim()) return null
      if (top.element.children.length > 0) top.element.text = ''
      stack.pop()
      continue
    }
    count += 1
    if (count > MOST_ELEMENTS || stack.length >= MOST_DEPTH || (top === undefined && root !== null)) return null
    const opened = openElement(inner, top?.names ?? outermost)
    if (opened === null) return null
    if (top === undefined) root = opened.element
    else top.element.children.push(opened.element)
    if (!inner.endsWith('/')) stack.push(opened)
  }
  return stack.length === 0 ? root : null
}

/** Position of the `>` that ends the tag at `from`, outside quotes; −1 when there is none nearby. */
function closingBracket(text: string, from: number): number {
  let quote = ''
  for (let at = from + 1; at < Math.min(text.length, from + 16_384); at += 1) {
    const sign = text[at] ?? ''
    if (quote !== '') {
      if (sign === quote) quote = ''
    } else if (sign === '"' || sign === "'") quote = sign
    else if (sign === '>') return at
    else if (sign === '<') return -1
  }
  return -1
}

function openElement(inner: string, around: ReadonlyMap<string, string>) {
  const body = inner.endsWith('/') ? inner.slice(0, -1) : inner
  const tag = /^[\p{L}_][\p{L}\p{N}_.\-:]*/u.exec(body)?.[0]
  if (tag === undefined) return null
  const names = new Map(around)
  const raw: { name: string; value: string }[] = []
  let rest = body.slice(tag.length)
  for (let found = nextAttribute(rest); found !== null; found = nextAttribute(rest)) {
    const value = unescapeXml(found[3] ?? found[4] ?? '')
    const name = found[1] ?? ''
    if (value === null || value.includes('<')) return null
    if (raw.some((each) => each.name === name)) return null
    if (name === 'xmlns') names.set('', value)
    else if (name.startsWith('xmlns:')) names.set(name.slice(6), value)
    raw.push({ name, value })
    rest = rest.slice(found[0].length)
  }
  if (rest.trim() !== '') return null
  const split = (name: string): readonly [string, string] => {
    const colon = name.indexOf(':')
    return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)]
  }
  const [prefix, local] = split(tag)
  const space = names.get(prefix) ?? ''
  if ((prefix !== '' && space === '') || names.size > MOST_NAMES) return null
  const attributes = raw
    .filter(({ name }) => name !== 'xmlns' && !name.startsWith('xmlns:'))
    .map(({ name, value }) => {
      const [attributePrefix, attributeLocal] = split(name)
      return { space: attributePrefix === '' ? '' : (names.get(attributePrefix) ?? ''), local: attributeLocal, value }
    })
  return { element: { space, local, prefix, attributes, children: [], text: '' } as Element, names, tag }
}

const nextAttribute = (text: string): RegExpExecArray | null =>
  /^\s+([\p{L}_][\p{L}\p{N}_.\-:]*)\s*=\s*("([^"]*)"|'([^']*)')/u.exec(text)

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string | null {
  let sound = true
  const plain = text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));|&/g, (_, hex, decimal, name) => {
    const code = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : -1
    if (code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) return String.fromCodePoint(code)
    const known = ENTITIES[name ?? '']
    if (known === undefined) sound = false
    return known ?? ''
  })
  return sound ? plain : null
}
