// Pictures without words, drawn from numbers: a landscape, a portrait, a texture without a straight line, a card's guilloche.
// Nobody is portrayed and no security print is copied.
import type { Ink } from '../scanner/ink.ts'

type Random = () => number
const shade = (hue: number, strong: number, light: number): string => `hsl(${hue}, ${strong}%, ${light}%)`

/** A landscape photo: sky, sun, hills, foliage. */
export function landscapePhoto(ink: Ink, x: number, y: number, width: number, height: number, random: Random): void {
  ink.save()
  ink.beginPath()
  ink.rect(x, y, width, height)
  ink.clip()
  const sky = ink.createLinearGradient(0, y, 0, y + height)
  sky.addColorStop(0, shade(200 + random() * 30, 55, 45))
  sky.addColorStop(0.6, shade(30 + random() * 20, 60, 82))
  sky.addColorStop(1, shade(40, 40, 70))
  ink.fillStyle = sky
  ink.fillRect(x, y, width, height)
  ink.fillStyle = 'rgba(255, 244, 200, 0.9)'
  ink.beginPath()
  ink.arc(x + width * random(), y + height * 0.25, height * 0.06, 0, 7)
  ink.fill()
  for (let hill = 0; hill < 4; hill += 1) {
    ink.fillStyle = shade(90 + random() * 60, 25 + random() * 25, 45 - hill * 9)
    const base = y + height * (0.5 + hill * 0.13)
    const [wave, phase] = [width * (0.1 + random() * 0.2), random() * 7]
    ink.beginPath()
    ink.moveTo(x, y + height)
    for (let across = 0; across <= width; across += width / 60)
      ink.lineTo(
        x + across,
        base - Math.sin(across / wave + phase) * height * 0.07 - Math.sin(across / wave / 3) * height * 0.05,
      )
    ink.lineTo(x + width, y + height)
    ink.fill()
  }
  speckle(ink, x, y + height * 0.6, width, height * 0.4, random, 1500, 110)
  ink.restore()
}

/** A head and shoulders before a plain ground, as on a form. */
export function portrait(ink: Ink, x: number, y: number, width: number, height: number, random: Random): void {
  ink.save()
  ink.beginPath()
  ink.rect(x, y, width, height)
  ink.clip()
  const ground = ink.createLinearGradient(x, y, x + width, y + height)
  ground.addColorStop(0, shade(210, 50, 70))
  ground.addColorStop(1, shade(210, 45, 55))
  ink.fillStyle = ground
  ink.fillRect(x, y, width, height)
  const oval = (middle: number, down: number, across: number, high: number, colour: string): void => {
    ink.fillStyle = colour
    ink.beginPath()
    ink.ellipse(x + width * middle, y + height * down, width * across, height * high, 0, 0, 7)
    ink.fill()
  }
  oval(0.5, 1.05, 0.48, 0.36, shade(random() * 360, 20, 30))
  oval(0.5, 0.72, 0.13, 0.16, '#c99a7c')
  oval(0.5, 0.42, 0.27, 0.25, '#241d1a')
  oval(0.5, 0.47, 0.22, 0.23, '#d8aa8a')
  oval(0.41, 0.45, 0.028, 0.014, '#201814')
  oval(0.59, 0.45, 0.028, 0.014, '#201814')
  oval(0.5, 0.54, 0.025, 0.03, '#c4906f')
  oval(0.5, 0.61, 0.08, 0.014, '#a4564c')
  ink.restore()
}

/** Colours that flow into each other, and blotches: a picture that has no lines and no way up. */
export function texture(ink: Ink, x: number, y: number, width: number, height: number, random: Random): void {
  ink.save()
  ink.beginPath()
  ink.rect(x, y, width, height)
  ink.clip()
  ink.fillStyle = shade(random() * 360, 40, 55)
  ink.fillRect(x, y, width, height)
  for (let cloud = 0; cloud < 40; cloud += 1) {
    const [left, top, reach] = [x + random() * width, y + random() * height, width * (0.1 + random() * 0.3)]
    const colour = ink.createRadialGradient(left, top, 0, left, top, reach)
    const hue = random() * 360
    colour.addColorStop(0, `hsla(${hue}, 50%, ${25 + random() * 50}%, 0.7)`)
    colour.addColorStop(1, `hsla(${hue}, 50%, 50%, 0)`)
    ink.fillStyle = colour
    ink.fillRect(left - reach, top - reach, reach * 2, reach * 2)
  }
  speckle(ink, x, y, width, height, random, 1200, 300)
  ink.restore()
}

function speckle(
  ink: Ink,
  x: number,
  y: number,
  width: number,
  height: number,
  random: Random,
  count: number,
  spread: number,
): void {
  for (let dot = 0; dot < count; dot += 1) {
    ink.fillStyle = `hsla(${60 + random() * spread}, 40%, ${15 + random() * 50}%, 0.35)`
    ink.beginPath()
    ink.ellipse(x + random() * width, y + random() * height, 3 + random() * 22, 3 + random() * 12, random() * 3, 0, 7)
    ink.fill()
  }
}

/** Fine waves in two colours over a tinted ground. */
export function guilloche(
  ink: Ink,
  x: number,
  y: number,
  width: number,
  height: number,
  random: Random,
  hue: number,
): void {
  ink.save()
  ink.beginPath()
  ink.rect(x, y, width, height)
  ink.clip()
  const ground = ink.createLinearGradient(x, y, x + width, y + height)
  ground.addColorStop(0, shade(hue, 45, 88))
  ground.addColorStop(1, shade(hue + 40, 40, 84))
  ink.fillStyle = ground
  ink.fillRect(x, y, width, height)
  ink.lineWidth = 1.4
  const phase = random() * 7
  for (let wave = 0; wave < 26; wave += 1) {
    ink.strokeStyle = `hsla(${hue + wave * 3}, 45%, 60%, 0.4)`
    ink.beginPath()
    for (let across = 0; across <= width; across += 8)
      ink.lineTo(x + across, y + (height * wave) / 25 + Math.sin(across / 60 + phase + wave * 0.4) * height * 0.06)
    ink.stroke()
  }
  ink.restore()
}

/** A blue or black grid of modules, `modules[y][x]` dark or not, with its quiet zone of four. */
export function codeGrid(
  ink: Ink,
  modules: { readonly size: number; readonly dark: (down: number, across: number) => boolean },
  x: number,
  y: number,
  side: number,
): void {
  const module = side / (modules.size + 8)
  ink.fillStyle = '#ffffff'
  ink.fillRect(x, y, side, side)
  ink.fillStyle = '#111111'
  for (let down = 0; down < modules.size; down += 1)
    for (let across = 0; across < modules.size; across += 1)
      if (modules.dark(down, across))
        ink.fillRect(x + (across + 4) * module, y + (down + 4) * module, module + 0.3, module + 0.3)
}
