// Short tones for a person who looks at the paper and not at the screen. Silence when the computer has no sound.

export type Tone = 'separator' | 'trouble' | 'end'

interface Note {
  readonly hertz: number
  /** Seconds from now, and how long. */
  readonly at: number
  readonly length: number
  readonly loud: number
}

const TONES: Readonly<Record<Tone, readonly Note[]>> = {
  separator: [
    { hertz: 880, at: 0, length: 0.09, loud: 0.12 },
    { hertz: 1320, at: 0.1, length: 0.12, loud: 0.12 },
  ],
  trouble: [
    { hertz: 330, at: 0, length: 0.18, loud: 0.2 },
    { hertz: 247, at: 0.2, length: 0.3, loud: 0.2 },
  ],
  end: [{ hertz: 1047, at: 0, length: 0.05, loud: 0.05 }],
}

let sound: AudioContext | null = null

export function playTone(tone: Tone): void {
  try {
    sound ??= new AudioContext()
    const speaker = sound
    if (speaker.state === 'suspended') speaker.resume().catch(() => undefined)
    for (const { hertz, at, length, loud } of TONES[tone]) {
      const voice = new OscillatorNode(speaker, { frequency: hertz })
      const gain = new GainNode(speaker, { gain: 0 })
      const begin = speaker.currentTime + at
      gain.gain.setValueAtTime(0, begin)
      gain.gain.linearRampToValueAtTime(loud, begin + 0.01)
      gain.gain.linearRampToValueAtTime(0, begin + length)
      voice.connect(gain).connect(speaker.destination)
      voice.start(begin)
      voice.stop(begin + length)
    }
  } catch {
    // No sound here: everything that is heard is also written.
  }
}
