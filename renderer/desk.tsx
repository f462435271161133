// Which screen is on the desk of the person who is signed in.
import { useEffect } from 'react'
import { CardScreen } from './card/card-screen.tsx'
import { QueueScreen } from './certification/queue-screen.tsx'
import { RegisterScreen } from './certification/register-screen.tsx'
import { RulesScreen } from './certification/rules-screen.tsx'
import { DocumentScreen } from './document/document-screen.tsx'
import { DossierScreen } from './dossier/dossier-screen.tsx'
import { PlaceProvider, type Screen, type SignedIn, usePlace } from './look/place.tsx'
import { Shell } from './look/shell.tsx'
import { forgetThumbs } from './look/thumbs-store.ts'
import { AccountsScreen } from './operator/accounts-screen.tsx'
import { OutboxScreen } from './outbox/outbox-screen.tsx'
import { ProvinceScreen } from './province/province-screen.tsx'
import { ScanScreen } from './scan/scan-screen.tsx'
import { CertificatesScreen } from './signature/certificates-screen.tsx'
import { CheckScreen } from './signature/check-screen.tsx'
import { SignatureScreen } from './signature/signature-screen.tsx'
import { HelpScreen } from './support/help-screen.tsx'

function Now() {
  const { screen } = usePlace()
  switch (screen) {
    case 'card':
      return <CardScreen />
    case 'dossier':
      return <DossierScreen />
    case 'scan':
      return <ScanScreen />
    case 'document':
      return <DocumentScreen />
    case 'certification':
      return <QueueScreen />
    case 'signature':
      return <SignatureScreen />
    case 'outbox':
      return <OutboxScreen />
    case 'province':
      return <ProvinceScreen />
    case 'register':
      return <RegisterScreen />
    case 'certificates':
      return <CertificatesScreen />
    case 'check':
      return <CheckScreen />
    case 'rules':
      return <RulesScreen />
    case 'accounts':
      return <AccountsScreen />
    case 'help':
      return <HelpScreen />
  }
}

/** Where a person's day begins, by role. */
export function firstScreen(desk: SignedIn): Screen {
  const { roles } = desk.operator
  if (roles.includes('clerk')) return 'card'
  if (roles.includes('officer')) return 'certification'
  if (roles.includes('seal-keeper')) return 'signature'
  return roles.includes('supervisor') ? 'rules' : 'accounts'
}

export function Desk({ desk }: { readonly desk: SignedIn }) {
  useEffect(() => forgetThumbs, [])
  return (
    <PlaceProvider desk={desk} start={firstScreen(desk)}>
      <Shell>
        <Now />
      </Shell>
    </PlaceProvider>
  )
}
