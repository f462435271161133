// The language of the window, and its words. Main remembers the choice; the window only shows it.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import type { Language } from '../../preload/contract/support.ts'
import { type Words, words } from '../words/index.ts'

interface Speaking {
  readonly language: Language
  readonly w: Words
  readonly change: () => void
}

const Spoken = createContext<Speaking>({ language: 'vi', w: words.vi, change: () => undefined })

export const useSpeech = (): Speaking => useContext(Spoken)
export const useWords = (): Words => useContext(Spoken).w

export function Speech({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>('vi')
  useEffect(() => {
    window.counter.support.language({}).then((answer) => answer.ok && setLanguage(answer.value))
  }, [])
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const speaking = useMemo<Speaking>(
    () => ({
      language,
      w: words[language],
      change: () => {
        const set: Language = language === 'vi' ? 'en' : 'vi'
        window.counter.support.language({ set }).then((answer) => answer.ok && setLanguage(answer.value))
      },
    }),
    [language],
  )
  return <Spoken.Provider value={speaking}>{children}</Spoken.Provider>
}
