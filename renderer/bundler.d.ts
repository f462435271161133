// Files that the bundler turns into something else.
declare module '*.css'
declare module '*.md?raw' {
  const raw: string
  export default raw
}
declare module '*?worker' {
  const Made: new () => Worker
  export default Made
}
