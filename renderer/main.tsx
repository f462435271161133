// Entry of the counter's window.
import { createRoot } from 'react-dom/client'
import './look/theme.css'
import './look/frame.css'
import './look/parts.css'
import './look/lists.css'
import './look/stations.css'
import './look/scan.css'
import { Speech } from './look/language.tsx'
import { Gate } from './operator/gate.tsx'

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <Speech>
      <Gate />
    </Speech>,
  )
