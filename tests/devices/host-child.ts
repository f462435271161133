// A device host without a device: speaks the declared protocol and does what the session's name asks for.
import { type FromHost, ToHost } from '../../preload/contract/host.ts'
import { fail, ok } from '../../preload/contract/result.ts'

const tell = (message: FromHost): void => void process.send?.(message)
const answer = (id: number, value: unknown): void => tell({ is: 'answer', id, result: ok(value) })
const taken: number[] = []
let waitingForPage: (() => void) | null = null
let aborted = 0

async function pages(id: number, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    tell({ is: 'event', id, event: 'page', value: { number } })
    await new Promise<void>((resolve) => {
      waitingForPage = resolve
    })
  }
  answer(id, { pages: count, taken })
}

process.on('message', (raw) => {
  const message = ToHost.parse(raw)
  if (message.is === 'taken') {
    taken.push(message.page)
    waitingForPage?.()
    return
  }
  if (message.is === 'abort') {
    aborted += 1
    tell({ is: 'answer', id: message.id, result: fail({ kind: 'device', device: 'scan', what: 'removed' }) })
    return
  }
  if (message.is === 'pin-port') return answer(message.id, { task: message.task, insist: message.insist })
  const { id, session, argument } = message
  switch (session) {
    case 'pid':
      return answer(id, process.pid)
    case 'echo':
      return answer(id, argument)
    case 'aborted':
      return answer(id, aborted)
    case 'die':
      return process.exit(7)
    case 'hang':
      return
    case 'nudge':
      tell({ is: 'nudge' })
      tell({ is: 'note', code: 'sane 9' })
      return answer(id, null)
    case 'pages':
      return void pages(id, Number(argument))
    case 'progress':
      for (const percent of [10, 50, 100]) tell({ is: 'event', id, event: 'progress', value: percent })
      return answer(id, null)
    case 'slowly': {
      let beat = 0
      const timer = setInterval(() => {
        beat += 1
        tell({ is: 'event', id, event: 'progress', value: beat })
        if (beat < 6) return
        clearInterval(timer)
        answer(id, 'done')
      }, 300)
      return
    }
    case 'nonsense':
      for (const message of [
        null,
        'hello',
        { is: 'gift' },
        { is: 'answer', id: 'x' },
        { is: 'event', id, event: 'smoke', value: 1 },
      ])
        process.send?.(message)
      tell({ is: 'answer', id: id + 999, result: ok('not asked') })
      return answer(id, 'after nonsense')
    default:
      // An answer that is neither a value nor a failure of the closed list.
      return tell({ is: 'answer', id, result: { ok: false, failure: { kind: 'smoke' } } })
  }
})
