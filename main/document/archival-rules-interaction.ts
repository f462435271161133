// Rows of the PDF/A-2b table on annotations, forms, signatures' fields and actions (ISO 19005-2 §6.3 to §6.5).
// A signature's own value (byte range, CMS) is judged by the signature station, not here.
import type { Rule } from './archival-rule.ts'
import { arrayOf, dictionaryOf, nameOf, type PdfFacts } from './pdf-facts.ts'
import { isDictionary, isStream, type PdfDictionary } from './pdf-objects.ts'

const ANNOTATIONS = new Set(
  (
    'Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp Caret Ink Popup ' +
    'FileAttachment Widget PrinterMark TrapNet Watermark'
  ).split(' '),
)
const PRINT = 4
const INVISIBLE_HIDDEN_NOVIEW_TOGGLE = 1 | 2 | 32 | 256

const subtypeOf = (facts: PdfFacts, each: PdfDictionary): string => nameOf(facts.file, each.get('Subtype')) ?? ''

const isPoint = (facts: PdfFacts, annotation: PdfDictionary): boolean => {
  const [left, bottom, right, top] = arrayOf(facts.file, annotation.get('Rect')).slice(0, 4).map(facts.file.get)
  return left === right && bottom === top && left !== undefined
}

/** /FT may be inherited from the field above (ISO 32000-1 §12.7.3.1). */
function fieldTypeOf(facts: PdfFacts, field: PdfDictionary): string | undefined {
  let current: PdfDictionary | undefined = field
  for (let hop = 0; current !== undefined && hop < 16; hop += 1) {
    const type = nameOf(facts.file, current.get('FT'))
    if (type !== undefined) return type
    current = dictionaryOf(facts.file, current.get('Parent'))
  }
  return undefined
}

export const ANNOTATION_RULES: readonly Rule[] = [
  {
    id: '6.3.1-type',
    clause: '6.3.1',
    sentence: 'Annotations are of a type of ISO 32000-1, and none is 3D, Sound, Screen or Movie.',
    test: (facts) => facts.annotations.every((each) => ANNOTATIONS.has(subtypeOf(facts, each))),
  },
  {
    id: '6.3.2-flags',
    clause: '6.3.2',
    sentence: 'Annotations are printed and never hidden.',
    test: (facts) =>
      facts.annotations.every((each) => {
        const flags = facts.file.get(each.get('F'))
        if (flags === null) return subtypeOf(facts, each) === 'Popup'
        return typeof flags === 'number' && (flags & PRINT) !== 0 && (flags & INVISIBLE_HIDDEN_NOVIEW_TOGGLE) === 0
      }),
  },
  {
    id: '6.3.3-appearance',
    clause: '6.3.3',
    sentence:
      'Annotations carry a normal appearance stream and no other (empty rectangles, links and pop-ups need none).',
    test: (facts) =>
      facts.annotations.every((each) => {
        const appearance = dictionaryOf(facts.file, each.get('AP'))
        if (appearance === undefined) return ['Popup', 'Link'].includes(subtypeOf(facts, each)) || isPoint(facts, each)
        if (appearance.size !== 1 || !appearance.has('N')) return false
        const normal = facts.file.get(appearance.get('N'))
        const button = subtypeOf(facts, each) === 'Widget' && fieldTypeOf(facts, each) === 'Btn'
        return button ? isDictionary(normal) : isStream(normal)
      }),
  },
]

const formOf = (facts: PdfFacts): PdfDictionary | undefined => dictionaryOf(facts.file, facts.catalog.get('AcroForm'))

export const FORM_RULES: readonly Rule[] = [
  {
    id: '6.4.1-widget',
    clause: '6.4.1',
    sentence: 'Form fields start no action.',
    test: (facts) =>
      facts.annotations.every((each) => subtypeOf(facts, each) !== 'Widget' || (!each.has('A') && !each.has('AA'))),
  },
  {
    id: '6.4.1-appearances',
    clause: '6.4.1',
    sentence: 'The form does not ask a viewer to make its appearances.',
    test: (facts) => facts.file.get(formOf(facts)?.get('NeedAppearances')) !== true,
  },
  {
    id: '6.4.2-xfa',
    clause: '6.4.2',
    sentence: 'No XFA form.',
    test: (facts) => formOf(facts)?.has('XFA') !== true && !facts.catalog.has('NeedsRendering'),
  },
]

const FORBIDDEN_ACTIONS = new Set(
  'Launch Sound Movie ResetForm ImportData Hide SetOCGState Rendition Trans GoTo3DView JavaScript set-state no-op SetState NOP RichMediaExecute'.split(
    ' ',
  ),
)
const OUTWARD_ACTIONS = new Set(['GoToR', 'GoToE', 'SubmitForm', 'Thread', 'URI'])
const NAMED = new Set(['NextPage', 'PrevPage', 'FirstPage', 'LastPage'])

/** Structure elements and transitions have an /S of their own. */
const actionsOf = (facts: PdfFacts): readonly string[] =>
  facts.dictionaries.flatMap((each) => {
    const type = nameOf(facts.file, each.get('Type'))
    const kind = nameOf(facts.file, each.get('S'))
    return kind === undefined || (type !== undefined && type !== 'Action') ? [] : [kind]
  })

export const ACTION_RULES: readonly Rule[] = [
  {
    id: '6.5.1-action',
    clause: '6.5.1',
    sentence: 'No JavaScript, no launch, no sound, movie, hide or other forbidden action.',
    test: (facts) =>
      !actionsOf(facts).some((each) => FORBIDDEN_ACTIONS.has(each)) &&
      !facts.dictionaries.some((each) => each.has('JS') || each.has('JavaScript')),
  },
  {
    id: '6.5.1-outward',
    clause: '6.5.1',
    sentence: 'No action leads out of the file (stricter than the standard: a copy from a counter has no links).',
    test: (facts) => !actionsOf(facts).some((each) => OUTWARD_ACTIONS.has(each)),
  },
  {
    id: '6.5.1-named',
    clause: '6.5.1',
    sentence: 'Named actions only turn pages.',
    test: (facts) =>
      facts.dictionaries.every(
        (each) => nameOf(facts.file, each.get('S')) !== 'Named' || NAMED.has(nameOf(facts.file, each.get('N')) ?? ''),
      ),
  },
  {
    id: '6.5.2-trigger',
    clause: '6.5.2',
    sentence: 'Nothing happens by itself: no additional actions anywhere.',
    test: (facts) => !facts.dictionaries.some((each) => each.has('AA')),
  },
]
