// Reads which modules a TypeScript file imports, without a compiler: comments, strings, templates and regular expressions
// are understood as far as needed, so that a sentence about imports is never taken for one.

export interface Import {
  /** As written; null when the path is computed at run time. */
  readonly of: string | null
  /** `import type`, `export type … from`, `typeof import(…)`: gone when the program runs. */
  readonly typeOnly: boolean
}

type Token = { readonly is: 'word' | 'sign' | 'string'; readonly text: string }

const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/y
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y
const REGEX = /\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y

/** A slash begins a regular expression only where a value may begin; a bare `<` before it is JSX. */
const valueMayBegin = (last: Token | undefined, before: Token | undefined): boolean =>
  last === undefined ||
  (last.is === 'sign' && (/[(,=:[!&|?{;+]/.test(last.text) || (last.text === '>' && before?.text === '='))) ||
  (last.is === 'word' && /^(return|typeof|case|in|of|do|else|await)$/.test(last.text))

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    const [found = null] = pattern.exec(source) ?? []
    if (found !== null) at += found.length
    return found
  }
  /** After the opening quote or after a `}` that ends an inserted value. */
  const template = (start: boolean): void => {
    const text = take(TEMPLATE) ?? ''
    if (source[at] === '`') {
      at += 1
      if (start) tokens.push({ is: 'string', text })
      return
    }
    if (at >= source.length) return
    at += 2
    code('}')
    template(false)
  }
  const code = (end: string | null): void => {
    let depth = 0
    while (at < source.length) {
      if (take(SPACE) !== null) continue
      const sign = source[at] ?? ''
      if (sign === end && depth === 0) {
        at += 1
        return
      }
      const word = take(WORD)
      if (word !== null) {
        tokens.push({ is: 'word', text: word })
        continue
      }
      const quoted = take(STRING)
      if (quoted !== null) {
        tokens.push({ is: 'string', text: quoted.slice(1, -1) })
        continue
      }
      if (sign === '/' && valueMayBegin(tokens.at(-1), tokens.at(-2)) && take(REGEX) !== null) {
        tokens.push({ is: 'sign', text: 'regex' })
        continue
      }
      at += 1
      if (sign === '`') {
        template(true)
        continue
      }
      if (sign === '{') depth += 1
      if (sign === '}') depth -= 1
      tokens.push({ is: 'sign', text: sign })
    }
  }
  code(null)
  return tokens
}

export function importsOf(source: string): readonly Import[] {
  const tokens = tokensOf(source)
  const text = (index: number): string => tokens[index]?.text ?? ''
  const isString = (index: number): boolean => tokens[index]?.is === 'string'
  /** From the word after import/export to its `from '…'`, over names, braces and commas only. */
  const clause = (from: number): Import | null => {
    let index = from
    while (
      tokens[index] !== undefined &&
      text(index) !== 'from' &&
      (tokens[index]?.is === 'word' || '{},*'.includes(text(index)))
    )
      index += 1
    // A binding may itself be called "from".
    if (text(index) === 'from' && text(index + 1) === 'from') index += 1
    const typeOnly = text(from) === 'type' && index > from + 1 && text(from + 1) !== ','
    return text(index) === 'from' && isString(index + 1) ? { of: text(index + 1), typeOnly } : null
  }
  return tokens.flatMap(({ is, text: word }, index): Import[] => {
    if (is !== 'word' || text(index - 1) === '.') return []
    if (word === 'export') return [clause(index + 1)].filter((one) => one !== null)
    const called = text(index + 1) === '('
    const path = isString(index + 2) && [')', ','].includes(text(index + 3)) ? text(index + 2) : null
    if (word === 'require' && called) return path === null ? [] : [{ of: path, typeOnly: false }]
    if (word !== 'import') return []
    if (isString(index + 1)) return [{ of: text(index + 1), typeOnly: false }]
    if (called) return [{ of: path, typeOnly: text(index - 1) === 'typeof' }]
    return [clause(index + 1)].filter((one) => one !== null)
  })
}
