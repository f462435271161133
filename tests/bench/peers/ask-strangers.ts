// Puts the same questions about signed PDF files to every stranger at hand (pdfsig, qpdf, OpenSSL, PDFBox with BouncyCastle),
// and, on request, our own checker among them, and says where two of them answer differently.
// Never: an opinion of its own; who was not asked, or cannot answer, has none.
import { type CommandLineVerdict, missingTools, openCommandLine } from './command-line.ts'
import { hasJavaPeers } from './java.ts'
import { askValidator, type JudgedFile, type JudgedSignature } from './validator.ts'

export type Stranger = 'pdfsig' | 'openssl' | 'java' | 'ours'
/**
 * `found`: this signature is there. `sound`: digest and signature value. `trusted`: path to a root. `own-certificate`:
 * signing-certificate-v2 is the signer's. `whole`: every byte of the file is covered. `unchanged`: nothing but signatures,
 * time stamps and validation data was added since.
 */
export type Question = 'found' | 'sound' | 'trusted' | 'own-certificate' | 'whole' | 'unchanged'
export type Answers = Readonly<Partial<Record<Stranger, boolean>>>

/** What our own checker said of one signature, in the words of its report. */
export interface OurReport {
  readonly fieldName: string
  readonly integrity: boolean
  readonly chain: string
  readonly coversWholeFile: boolean
  readonly laterChanges: string
}

export interface SignatureVerdict {
  readonly field: string
  readonly kind: 'signature' | 'timestamp'
  readonly signer: string
  readonly answers: Readonly<Record<Question, Answers>>
}

export interface FileVerdict {
  readonly file: string
  readonly qpdf: string
  /** Everybody who was asked says yes to everything, only an earlier signature may leave the later part uncovered. */
  readonly clean: boolean
  readonly signatures: readonly SignatureVerdict[]
  readonly java: JudgedFile | null
  readonly commandLine: CommandLineVerdict | null
}

export interface Disagreement {
  readonly file: string
  readonly field: string
  readonly question: Question
  readonly answers: Answers
}

export interface Asked {
  readonly verdicts: readonly FileVerdict[]
  readonly disagreements: readonly Disagreement[]
  /** A sentence for every stranger that could not be asked here. */
  readonly missing: readonly string[]
}

export interface AskOptions {
  /** PEM files of the roots. */
  readonly trust: readonly string[]
  /** Our own checker's reports on a file, or null where it refuses to read it. */
  readonly ours?: (file: string) => Promise<readonly OurReport[] | null>
  /** Files asked about at the same time, 2 unless told. */
  readonly atOnce?: number
}

const DETACHED = /^(adbe\.pkcs7\.detached|ETSI\.CAdES\.detached|ETSI\.RFC3161)$/
const QUESTIONS: readonly Question[] = ['found', 'sound', 'trusted', 'own-certificate', 'whole', 'unchanged']

export async function askStrangers(files: readonly string[], options: AskOptions): Promise<Asked> {
  const tools = missingTools()
  const java = hasJavaPeers()
  const missing = [
    ...tools.map((tool) => `${tool} is not installed: its verdict is missing.`),
    ...(java ? [] : ['There is no JDK with PDFBox and BouncyCastle: their verdict is missing.']),
  ]
  const judged = java ? await askValidator(files, options) : []
  const commandLine = tools.length === 0 ? await askEach(files, options) : []
  const verdicts: FileVerdict[] = []
  for (const [index, file] of files.entries()) {
    const ours = options.ours === undefined ? undefined : await options.ours(file)
    verdicts.push(judgeFile(file, judged[index] ?? null, commandLine[index] ?? null, ours))
  }
  return { verdicts, disagreements: verdicts.flatMap(disagreementsOf), missing }
}

async function askEach(
  files: readonly string[],
  { trust, atOnce = 2 }: AskOptions,
): Promise<readonly CommandLineVerdict[]> {
  const commandLine = await openCommandLine(trust)
  try {
    const verdicts: CommandLineVerdict[] = []
    const waiting = [...files.entries()]
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        verdicts[next[0]] = await commandLine.ask(next[1])
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    return verdicts
  } finally {
    await commandLine.close()
  }
}

/** The deciding part: verdicts in, answers side by side out. `ours` undefined: not asked. */
export function judgeFile(
  file: string,
  java: JudgedFile | null,
  commandLine: CommandLineVerdict | null,
  ours: readonly OurReport[] | null | undefined,
): FileVerdict {
  const judged = java?.signatures ?? []
  const gapOf = (one: JudgedSignature): string => `${one.range[1]}-${one.range[2]}`
  const fieldAt = new Map<string, string>([
    ...(commandLine?.pdfsig ?? []).map((one) => [one.gap, one.field] as const),
    ...judged.map((one) => [gapOf(one), one.field] as const),
  ])
  // OpenSSL knows no fields: a byte range that no form names has only its place.
  for (const { gap } of commandLine?.openssl ?? []) if (!fieldAt.has(gap)) fieldAt.set(gap, `at ${gap}`)
  const placed = [...fieldAt].map(([gap, field]) => ({ gap, field }))
  const only = (ours ?? []).filter(({ fieldName }) => !placed.some(({ field }) => field === fieldName))
  const all = [...placed, ...only.map(({ fieldName }) => ({ gap: '', field: fieldName }))]
  const signatures = all.map(({ gap, field }): SignatureVerdict => {
    const byJava = judged.find((one) => gapOf(one) === gap)
    const byPdfsig = commandLine?.pdfsig.find((one) => one.gap === gap)
    const byOpenssl = commandLine?.openssl.find((one) => one.gap === gap)
    const byUs = ours?.find(({ fieldName }) => fieldName === field)
    const isStamp = byJava?.kind === 'timestamp' || byOpenssl?.kind === 'timestamp'
    const known = byJava === undefined || DETACHED.test(byJava.subFilter)
    const whenKnown = (answer: boolean | null | undefined): boolean | undefined =>
      known ? (answer ?? undefined) : undefined
    return {
      field,
      kind: isStamp ? 'timestamp' : 'signature',
      signer: byJava?.signer || byPdfsig?.signer || '',
      answers: {
        found: answers({
          java: java?.opened === 'yes' ? byJava !== undefined : undefined,
          pdfsig: commandLine === null ? undefined : byPdfsig !== undefined,
          openssl: commandLine === null ? undefined : byOpenssl !== undefined,
          ours: ours === undefined || ours === null ? undefined : byUs !== undefined,
        }),
        sound: answers({
          java: whenKnown(byJava?.digest && byJava.sound && byJava.trouble === null),
          pdfsig: byPdfsig?.sound ?? undefined,
          // For a time stamp OpenSSL does not tell a broken one from one without a path.
          openssl: whenKnown(isStamp && byJava?.chain !== 'trusted' ? null : byOpenssl?.sound),
          ours: byUs?.integrity,
        }),
        trusted: answers({
          java: whenKnown(byJava?.sound ? byJava.chain === 'trusted' : null),
          pdfsig: byPdfsig?.trusted ?? undefined,
          openssl: whenKnown(byOpenssl?.sound ? byOpenssl.trusted : null),
          ours: byUs?.integrity ? byUs.chain === 'trusted' : undefined,
        }),
        'own-certificate': answers({
          java: whenKnown(byJava?.sound ? byJava.ownCertificate === 'matches' : null),
          openssl: whenKnown(byOpenssl?.ownCertificate),
        }),
        whole: answers({ java: byJava?.whole, pdfsig: byPdfsig?.whole, ours: byUs?.coversWholeFile }),
        unchanged: answers({
          java: byJava && byJava.covers === 'yes' && !byJava.later.startsWith('other'),
          ours: byUs && byUs.laterChanges !== 'other',
        }),
      },
    }
  })
  const qpdf = commandLine?.qpdf ?? 'not asked'
  const clean =
    signatures.length > 0 &&
    (commandLine === null || qpdf === 'ok') &&
    (java === null || java.opened === 'yes') &&
    ours !== null &&
    signatures.every((one) => QUESTIONS.every((about) => about === 'whole' || saysYes(one.answers[about]))) &&
    signatures.some((one) => saysYes(one.answers.whole))
  return { file, qpdf, clean, signatures, java, commandLine }
}

const answers = (all: Readonly<Record<string, boolean | undefined>>): Answers =>
  Object.fromEntries(Object.entries(all).filter(([, answer]) => answer !== undefined))
const saysYes = (all: Answers): boolean => Object.values(all).every(Boolean)

/** Questions on which two strangers answer differently. */
export const disagreementsOf = ({ file, signatures }: FileVerdict): readonly Disagreement[] =>
  signatures.flatMap(({ field, answers: of }) =>
    QUESTIONS.filter((question) => new Set(Object.values(of[question])).size > 1).map((question) => ({
      file,
      field,
      question,
      answers: of[question],
    })),
  )
