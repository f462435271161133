// Who may sit at this counter: list, add, stop, let in again. Accounts are never deleted.
import { useState } from 'react'
import type { Role } from '../../preload/contract/border.ts'
import type { Operator } from '../../preload/contract/operator.ts'
import { Button } from '../look/button.tsx'
import { useCall, useSnapshot } from '../look/calls.ts'
import { Tick } from '../look/choice.tsx'
import { DataTable } from '../look/data-table.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Entry } from '../look/field.tsx'
import { Empty, Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'

function AddAccount({ onAdded, onClose }: { readonly onAdded: () => void; readonly onClose: () => void }) {
  const w = useWords()
  const { busy, failure, run } = useCall()
  const [form, setForm] = useState({ login: '', name: '', password: '' })
  const [roles, setRoles] = useState<readonly Role[]>(['clerk'])
  const put = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }))
  const whole =
    /^[a-z0-9._-]{2,40}$/.test(form.login) && form.name.trim() !== '' && form.password.length >= 8 && roles.length > 0
  const submit = async () => {
    if (!whole || busy) return
    if ((await run(window.counter.operator.add({ ...form, roles: [...roles] }))) !== undefined) onAdded()
  }
  return (
    <Dialog
      title={w.operator.addTitle}
      failure={failure}
      onClose={onClose}
      onSubmit={submit}
      testId="add-account"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main submit keyName="Enter" disabled={!whole || busy} testId="save-account">
            {w.actions.save}
          </Button>
        </>
      }
    >
      <Entry label={w.operator.fullName} value={form.name} onChange={put('name')} max={100} focus testId="name" />
      <div className="two">
        <Entry
          label={w.operator.login}
          value={form.login}
          onChange={put('login')}
          hint={w.operator.loginHint}
          max={40}
          testId="login"
        />
        <Entry
          label={w.operator.password}
          value={form.password}
          onChange={put('password')}
          hint={w.operator.newPasswordHint}
          secret
          testId="password"
        />
      </div>
      <fieldset className="plain-set">
        <legend className="small sub">{w.operator.roles}</legend>
        {(Object.keys(w.roles) as Role[]).map((role) => (
          <Tick
            key={role}
            chosen={roles.includes(role)}
            onChange={(on) => setRoles((old) => (on ? [...old, role] : old.filter((one) => one !== role)))}
            testId={`role-${role}`}
          >
            {w.roles[role]}
          </Tick>
        ))}
      </fieldset>
    </Dialog>
  )
}

export function AccountsScreen() {
  const w = useWords()
  const list = useSnapshot(() => window.counter.operator.list({}), 'accounts')
  const { busy, failure, run } = useCall()
  const [adding, setAdding] = useState(false)
  const [chosenId, choose] = useState<string | null>(null)
  const rows = list.value ?? []
  const chosen = rows.find((row) => row.id === chosenId)
  const toggle = async () => {
    if (chosen === undefined || busy) return
    const answer = await run(window.counter.operator.enable({ id: chosen.id, enabled: !chosen.enabled }))
    if (answer !== undefined) list.reload()
  }
  useKeys({ F8: () => setAdding(true), F2: toggle })
  return (
    <Job
      testId="screen-accounts"
      title={w.operator.accounts}
      sub={w.operator.accountsSub(rows.length, rows.filter((row) => !row.enabled).length)}
      failure={failure ?? list.failure}
      ends={
        <>
          <Button keyName="F2" disabled={chosen === undefined || busy} onPress={toggle} testId="toggle-account">
            {chosen?.enabled === false ? w.operator.enable : w.operator.disable}
          </Button>
          <Button main keyName="F8" onPress={() => setAdding(true)} testId="new-account">
            {w.operator.add}
          </Button>
        </>
      }
    >
      <Sheet flush>
        <DataTable<Operator>
          label={w.operator.accounts}
          rows={rows}
          id={(row) => row.id}
          selected={chosenId}
          onSelect={choose}
          testId="accounts"
          rowTestId="account-row"
          empty={<Empty title={w.operator.noAccounts} />}
          columns={[
            { id: 'name', head: w.operator.fullName, cell: (row) => <b>{row.name}</b> },
            { id: 'login', head: w.operator.login, cell: (row) => row.login, width: 180 },
            { id: 'roles', head: w.operator.roles, cell: (row) => row.roles.map((role) => w.roles[role]).join(', ') },
            {
              id: 'state',
              head: w.operator.state,
              width: 120,
              cell: (row) => (
                <span className={row.enabled ? 'tag ok' : 'tag'}>
                  {row.enabled ? w.operator.enabled : w.operator.disabled}
                </span>
              ),
            },
          ]}
        />
      </Sheet>
      {adding && (
        <AddAccount
          onClose={() => setAdding(false)}
          onAdded={() => {
            setAdding(false)
            list.reload()
          }}
        />
      )}
    </Job>
  )
}
