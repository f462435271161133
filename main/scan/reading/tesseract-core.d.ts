// What is used of Tesseract's LSTM engine compiled to WebAssembly (tesseract.js-core 7, Apache-2.0).
declare module 'tesseract.js-core/tesseract-core-simd-lstm.js' {
  export interface TesseractApi {
    /** 0 when the language was loaded; engine mode 1 is LSTM only. */
    Init(folder: null, language: string, engineMode: number): number
    SetVariable(name: string, value: string): boolean
    /** Reads the file `/input` of the module's file system; 1 when it is no picture. */
    SetImageFile(exif: number, radians: number): number
    SetRectangle(left: number, top: number, width: number, height: number): void
    Recognize(monitor: null): number
    GetTSVText(): string
    /** Frees the picture and what was read, keeps the language. */
    Clear(): void
    End(): void
  }
  export interface TesseractModule {
    readonly FS: {
      writeFile(path: string, data: Uint8Array): void
      unlink(path: string): void
    }
    readonly TessBaseAPI: new () => TesseractApi
  }
  const load: (options: {
    readonly wasmBinary: Uint8Array
    readonly print: (line: string) => void
    readonly printErr: (line: string) => void
  }) => Promise<TesseractModule>
  export default load
}
