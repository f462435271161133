// HRESULTs of Windows Image Acquisition, translated once, by number (wiadef.h and winerror.h).
// Never reads message text; a number that is not here is `failed`. UNVERIFIED on a real Windows.
import type { ScanTrouble } from './codes.ts'

export const WIA_ERROR: Readonly<Record<number, { readonly name: string; readonly what: ScanTrouble }>> = {
  2149646337: { name: 'WIA_ERROR_GENERAL_ERROR', what: 'failed' },
  2149646338: { name: 'WIA_ERROR_PAPER_JAM', what: 'jammed' },
  2149646339: { name: 'WIA_ERROR_PAPER_EMPTY', what: 'feeder-empty' },
  2149646340: { name: 'WIA_ERROR_PAPER_PROBLEM', what: 'jammed' },
  2149646341: { name: 'WIA_ERROR_OFFLINE', what: 'removed' },
  2149646342: { name: 'WIA_ERROR_BUSY', what: 'busy' },
  2149646343: { name: 'WIA_ERROR_WARMING_UP', what: 'busy' },
  2149646344: { name: 'WIA_ERROR_USER_INTERVENTION', what: 'failed' },
  2149646345: { name: 'WIA_ERROR_ITEM_DELETED', what: 'removed' },
  2149646346: { name: 'WIA_ERROR_DEVICE_COMMUNICATION', what: 'failed' },
  2149646347: { name: 'WIA_ERROR_INVALID_COMMAND', what: 'unsupported' },
  2149646348: { name: 'WIA_ERROR_INCORRECT_HARDWARE_SETTING', what: 'unsupported' },
  2149646349: { name: 'WIA_ERROR_DEVICE_LOCKED', what: 'busy' },
  2149646350: { name: 'WIA_ERROR_EXCEPTION_IN_DRIVER', what: 'failed' },
  2149646351: { name: 'WIA_ERROR_INVALID_DRIVER_RESPONSE', what: 'failed' },
  2149646357: { name: 'WIA_S_NO_DEVICE_AVAILABLE', what: 'absent' },
  2149646358: { name: 'WIA_ERROR_COVER_OPEN', what: 'cover-open' },
  2149646359: { name: 'WIA_ERROR_LAMP_OFF', what: 'failed' },
  2149646360: { name: 'WIA_ERROR_DESTINATION', what: 'failed' },
  2149646361: { name: 'WIA_ERROR_NETWORK_RESERVATION_FAILED', what: 'busy' },
  2149646368: { name: 'WIA_ERROR_MULTI_FEED', what: 'double-fed' },
  2149646369: { name: 'WIA_ERROR_MAXIMUM_PRINTER_ENDORSER_COUNTER', what: 'failed' },
  2147746132: { name: 'REGDB_E_CLASSNOTREG', what: 'unsupported' },
  2147943458: { name: 'ERROR_SERVICE_DISABLED', what: 'unsupported' },
  2147943568: { name: 'ERROR_NOT_FOUND', what: 'absent' },
  2147942487: { name: 'E_INVALIDARG', what: 'unsupported' },
}

const PAPER_EMPTY = 0x80210003
const OFFLINE = 0x80210005

/** What an HRESULT means before a session is open: a device that is switched off is not there. */
export function openTrouble(code: number): ScanTrouble {
  return code >>> 0 === OFFLINE ? 'absent' : (WIA_ERROR[code >>> 0]?.what ?? 'failed')
}

/** What an HRESULT means after so many pages. An empty feeder after a page is the normal end. */
export function judgeCode(code: number, pages: number): 'complete' | ScanTrouble {
  if (code >>> 0 === PAPER_EMPTY && pages > 0) return 'complete'
  return WIA_ERROR[code >>> 0]?.what ?? 'failed'
}
