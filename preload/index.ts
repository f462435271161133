// Builds window.counter by walking the contract. No logic, no channel written by hand.
import { contextBridge, ipcRenderer } from 'electron'
import { channel } from './contract/border.ts'
import { contract } from './contract/index.ts'

const counter = Object.fromEntries(
  Object.entries(contract).map(([station, declared]) => [
    station,
    Object.fromEntries(
      Object.entries(declared).map(([name, one]) => [
        name,
        one.is === 'call'
          ? (ask: unknown) => ipcRenderer.invoke(channel(station, name), ask)
          : (listener: (value: unknown) => void) => {
              const hear = (_event: unknown, value: unknown): void => listener(value)
              ipcRenderer.on(channel(station, name), hear)
              return () => void ipcRenderer.removeListener(channel(station, name), hear)
            },
      ]),
    ),
  ]),
)
contextBridge.exposeInMainWorld('counter', counter)
