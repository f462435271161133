// Debian packages whose PDF files make up the corpus of foreign documents: manuals by many producers, and the samples with which
// programs that read PDF test themselves. Fixed, so that figures can be compared; about 190 MB are fetched once.
import type { Wanted } from './debian.ts'

const binary = (names: string): readonly Wanted[] => names.split(/\s+/).map((name) => ({ name, kind: 'binary' }))
const source = (name: string): Wanted => ({ name, kind: 'source', only: '*.[pP][dD][fF]*' })

export const CORPUS_PACKAGES: readonly Wanted[] = [
  // LaTeX, groff, DocBook, Asymptote, Graphviz, Ghostscript, ReportLab, LibreOffice and others
  ...binary(
    `live-manual-pdf r-doc-pdf why3-doc-pdf gri-pdf-doc python-reportlab-doc docbook-xsl-doc-pdf siscone-doc-pdf groff gnuplot-doc
developers-reference debian-policy maint-guide asymptote-doc gmsh-doc xfig-doc graphviz-doc auto-multiple-choice-doc-pdf octave-doc
ubuntu-packaging-guide-pdf freefem-doc camlidl-doc pspp mpich-doc ghostscript-doc`,
  ),
  // Samples: damaged, encrypted, linearised, hybrid, signed, with forms, of every version
  ...['qpdf', 'pikepdf', 'pypdf', 'pdfminer', 'golang-github-jung-kurt-gofpdf', 'okular', 'cups-filters'].map(source),
  ...['libcam-pdf-perl', 'libpdf-api2-perl', 'libimage-exiftool-perl', 'libpdfbox2-java', 'pdf.js'].map(source),
]
