/* A PKCS#11 module in front of another one (SoftHSM), that lets a test pull tokens, count PIN tries and break signatures.
 * It forwards what it does not bend. It never changes what is on the token by itself, and never writes a PIN anywhere.
 *
 * QUAY_FAULTY_TARGET  the real module        (default /usr/lib/softhsm/libsofthsm2.so)
 * QUAY_FAULTY_SCRIPT  read before every call; one rule a line, `VERB LABEL VALUE [after N] [times M]`, labels without blanks.
 *                     Good calls are counted from the moment the rule came, in one process.
 *  the reader
 *   pulled LABEL 0|1           the token is out; its sessions are dead for good, and it comes back under another slot number
 *   pull-after LABEL N         pulled in the middle of signature N+1 (which answers CKR_GENERAL_ERROR)
 *   held LABEL CKR             another program holds the reader: every call that needs the token answers this
 *   slot LABEL N               it always lies in slot N; two tokens may share one, as long as one of them is out
 *   label LABEL SHOWN          the label it shows; the script goes on calling it LABEL
 *  the PIN
 *   tries LABEL N              PIN tries left at first (default: max-tries)
 *   max-tries LABEL N          what the right PIN brings them back to (default 3)
 *   so-tries LABEL N           tries left at first for the unblocking code (PUK, the PIN of the security officer)
 *   silent LABEL 0|1           the token does not tell how many tries are left: no flags
 *   flags LABEL BITS           further CK_TOKEN_INFO flags
 *   pin-min, pin-max LABEL N   lengths the token takes
 *   login-error LABEL CKR      C_Login answers this, and no try is spent
 *   set-pin-error, init-pin-error LABEL CKR   so do C_SetPIN and C_InitPIN
 *   login-delay LABEL MS       C_Login takes this much longer
 *   pin-pad LABEL 0|1|2        the PIN is typed on the reader: C_Login wants no PIN (2: a null pointer, no empty text)
 *   pad-pin LABEL PIN          what the person types there (nothing: CKR_FUNCTION_CANCELED); pad-new-pin the same
 *  the signature
 *   sign-time LABEL MS         every signature takes exactly so long (decimals allowed)
 *   sign-delay LABEL MS        every signature takes this much longer
 *   sign-error LABEL CKR       C_Sign answers this
 *   garble-after LABEL N       signature N+1 has a wrong bit
 *   crash-after LABEL N        the process ends by abort() in signature N+1; once a script, also in the next process
 *   hang LABEL 0|1             C_Login, C_SetPIN, C_InitPIN and C_Sign do not return, not even when the token is pulled
 *   hang-after LABEL N         C_Sign hangs from signature N+1 on
 *   always-auth LABEL 0|1      keys want C_Login(CKU_CONTEXT_SPECIFIC) before each C_Sign
 *  the certificate
 *   hide LABEL ID              no object with this CKA_ID (lower-case hex) is found
 *   certificate LABEL ID=FILE  the certificate with this CKA_ID reads as this DER file
 * QUAY_FAULTY_LEDGER  one line a C_Login, C_SetPIN or C_InitPIN:
 *   LABEL CKR tries-left tries-at-first seconds-since-1970 process KIND tries-before PIN NEW-PIN
 *   KIND login login-context login-so set-pin set-so-pin init-pin; a PIN is - or 16 bytes of SHA-256 (see hash_pin).
 *   Events have CKR 4294967295 and KIND hang, pull or crash.
 * QUAY_FAULTY_SALT    salt of those hashes
 * QUAY_FAULTY_SIGNATURES  when set, one line a C_Sign: LABEL CKR seconds-since-1970 milliseconds process SIGNED-BYTES
 */
#include "faulting.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define SLOT_BITS 40 /* the real slot number; above it, how often the token was put back */
#define USER_FLAGS (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED)
#define SO_FLAGS (CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_FINAL_TRY | CKF_SO_PIN_LOCKED)

pthread_mutex_t faulty_lock = PTHREAD_MUTEX_INITIALIZER;
CK_FUNCTION_LIST *real;
struct session sessions[SESSIONS];
int session_count, finalized = 1;
static CK_FUNCTION_LIST ours;

/* --- slots ---------------------------------------------------------------------------------------------------------- */

/* The token whose label lies in the real slot; NULL for an empty or a blank one. */
static struct token *token_in(CK_SLOT_ID slot) {
  CK_TOKEN_INFO info;
  if (real->C_GetTokenInfo(slot, &info) != CKR_OK || !(info.flags & CKF_TOKEN_INITIALIZED)) return NULL;
  char label[33];
  memcpy(label, info.label, 32);
  for (int end = 32; end >= 0 && (end == 32 || label[end] == ' '); end--) label[end] = 0;
  struct token *token = token_named(label);
  token->real_slot = slot;
  token->seen = 1;
  return token;
}

static CK_SLOT_ID shown_slot(CK_SLOT_ID slot, const struct token *token) {
  if (token == NULL) return slot;
  return token->rules.slot > 0 ? (CK_SLOT_ID)token->rules.slot : slot | token->put_back << SLOT_BITS;
}

/* Checks a slot number of ours, and gives the real one. Called and left with the lock held. */
static CK_RV enter_slot(CK_SLOT_ID slot, CK_SLOT_ID *inner, struct token **token) {
  obey();
  *token = NULL;
  for (int i = 0; i < token_count; i++)
    if (tokens[i].seen && tokens[i].rules.slot > 0 && (CK_SLOT_ID)tokens[i].rules.slot == slot &&
        (*token == NULL || (*token)->out))
      *token = &tokens[i];
  *inner = *token == NULL ? slot & ((1UL << SLOT_BITS) - 1) : (*token)->real_slot;
  if (*token == NULL) *token = token_in(*inner);
  return shown_slot(*inner, *token) == slot ? CKR_OK : CKR_SLOT_ID_INVALID;
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *count) {
  CK_SLOT_ID all[64];
  CK_ULONG n = 64, visible = 0;
  if (real->C_GetSlotList(present, NULL, &(CK_ULONG){0}) != CKR_OK) return CKR_GENERAL_ERROR; /* looks anew */
  CK_RV rv = real->C_GetSlotList(present, all, &n);
  if (rv != CKR_OK) return rv;
  pthread_mutex_lock(&faulty_lock);
  obey();
  for (CK_ULONG i = 0; i < n; i++) {
    struct token *token = token_in(all[i]);
    if (present && token != NULL && token->out) continue;
    CK_SLOT_ID shown = shown_slot(all[i], token);
    int twice = 0;
    for (CK_ULONG j = 0; j < visible; j++) twice |= all[j] == shown;
    if (!twice) all[visible++] = shown;
  }
  pthread_mutex_unlock(&faulty_lock);
  if (list != NULL && *count < visible) return CKR_BUFFER_TOO_SMALL;
  if (list != NULL) memcpy(list, all, visible * sizeof *list);
  *count = visible;
  return CKR_OK;
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info) {
  struct token *token;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter_slot(slot, &slot, &token);
  int out = token != NULL && token->out;
  pthread_mutex_unlock(&faulty_lock);
  if (rv == CKR_OK) rv = real->C_GetSlotInfo(slot, info);
  if (rv == CKR_OK) info->flags |= CKF_REMOVABLE_DEVICE | CKF_HW_SLOT;
  if (rv == CKR_OK && out) info->flags &= ~CKF_TOKEN_PRESENT;
  return rv;
}

static CK_FLAGS pin_flags(long left, long all, CK_FLAGS low, CK_FLAGS final, CK_FLAGS locked) {
  return (left < all ? low : 0) | (left == 1 ? final : 0) | (left <= 0 ? locked : 0);
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
  struct token *token;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter_slot(slot, &slot, &token);
  if (rv == CKR_OK && token != NULL) rv = token->out ? CKR_TOKEN_NOT_PRESENT : strikes(token, HELD);
  if (rv == CKR_OK) rv = real->C_GetTokenInfo(slot, info);
  if (rv == CKR_OK && token != NULL) {
    const struct rules *rules = &token->rules;
    close_ledger(open_ledger());
    info->flags &= ~(CK_FLAGS)(USER_FLAGS | SO_FLAGS);
    if (!rules->silent) {
      info->flags |= pin_flags(tries_left(token, 0), rules->max_tries, CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY,
                               CKF_USER_PIN_LOCKED);
      info->flags |= pin_flags(tries_left(token, 1), TRIES, CKF_SO_PIN_COUNT_LOW, CKF_SO_PIN_FINAL_TRY, CKF_SO_PIN_LOCKED);
    }
    info->flags |= rules->flags | (rules->pin_pad ? CKF_PROTECTED_AUTHENTICATION_PATH : 0);
    if (rules->pin_min > 0) info->ulMinPinLen = (CK_ULONG)rules->pin_min;
    if (rules->pin_max > 0) info->ulMaxPinLen = (CK_ULONG)rules->pin_max;
    if (rules->label[0] != 0) {
      memset(info->label, ' ', sizeof info->label);
      memcpy(info->label, rules->label, strlen(rules->label));
    }
  }
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}

static CK_RV enter_present(CK_SLOT_ID slot, CK_SLOT_ID *inner) {
  struct token *token;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter_slot(slot, inner, &token);
  if (rv == CKR_OK && token != NULL) rv = token->out ? CKR_TOKEN_NOT_PRESENT : strikes(token, HELD);
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}

#define SLOTTED(name, call, ...) \
  static CK_RV name(__VA_ARGS__) { \
    CK_RV rv = enter_present(slot, &slot); \
    return rv == CKR_OK ? real->call : rv; \
  }
SLOTTED(list_mechanisms, C_GetMechanismList(slot, list, n), CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *n)
SLOTTED(get_mechanism, C_GetMechanismInfo(slot, type, in), CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *in)
SLOTTED(close_all_sessions, C_CloseAllSessions(slot), CK_SLOT_ID slot)

/* A token came or left since the last answer. Waits for the next time unless CKF_DONT_BLOCK. */
static CK_RV wait_for_slot_event(CK_FLAGS flags, CK_SLOT_ID *slot, void *reserved) {
  (void)reserved;
  for (;;) {
    pthread_mutex_lock(&faulty_lock);
    obey();
    struct token *token = NULL;
    for (int i = 0; i < token_count && token == NULL; i++)
      if (tokens[i].event) token = &tokens[i];
    if (token != NULL) token->event = 0, *slot = shown_slot(token->real_slot, token);
    int over = finalized;
    pthread_mutex_unlock(&faulty_lock);
    if (over) return CKR_CRYPTOKI_NOT_INITIALIZED;
    if (token != NULL) return CKR_OK;
    if (flags & CKF_DONT_BLOCK) return CKR_NO_EVENT;
    rest_until(now_ms() + 10);
  }
}

/* --- sessions ------------------------------------------------------------------------------------------------------- */

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *app, CK_NOTIFY notify, CK_SESSION_HANDLE *handle) {
  struct token *token;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter_slot(slot, &slot, &token);
  if (rv == CKR_OK && (token == NULL || token->out)) rv = CKR_TOKEN_NOT_PRESENT;
  if (rv == CKR_OK) rv = strikes(token, HELD);
  if (rv == CKR_OK && session_count == SESSIONS) rv = CKR_SESSION_COUNT;
  if (rv == CKR_OK) rv = real->C_OpenSession(slot, flags, app, notify, handle);
  if (rv == CKR_OK) sessions[session_count++] = (struct session){.handle = *handle, .token = token};
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}

CK_RV enter(CK_SESSION_HANDLE handle, struct session **session, int held) {
  obey();
  for (int s = session_count - 1; s >= 0; s--)
    if (sessions[s].handle == handle) {
      *session = &sessions[s];
      if (!sessions[s].dead) return held ? strikes(sessions[s].token, HELD) : CKR_OK;
      return sessions[s].token->out ? CKR_DEVICE_REMOVED : CKR_SESSION_HANDLE_INVALID;
    }
  return CKR_SESSION_HANDLE_INVALID;
}

static CK_RV check(CK_SESSION_HANDLE handle, int held) {
  struct session *session;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter(handle, &session, held);
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}

#define GUARDED(name, held, call, ...) \
  static CK_RV name(__VA_ARGS__) { \
    CK_RV rv = check(handle, held); \
    return rv == CKR_OK ? real->call : rv; \
  }
#define HANDLE CK_SESSION_HANDLE handle
GUARDED(logout, 0, C_Logout(handle), HANDLE)
GUARDED(find_init, 1, C_FindObjectsInit(handle, like, n), HANDLE, CK_ATTRIBUTE *like, CK_ULONG n)
GUARDED(find_final, 0, C_FindObjectsFinal(handle), HANDLE)

static CK_RV get_session_info(CK_SESSION_HANDLE handle, CK_SESSION_INFO *info) {
  struct session *session;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter(handle, &session, 0);
  if (rv == CKR_OK) rv = real->C_GetSessionInfo(handle, info);
  if (rv == CKR_OK) info->slotID = shown_slot(info->slotID, session->token);
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}

static CK_RV close_session(CK_SESSION_HANDLE handle) {
  struct session *session;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter(handle, &session, 0);
  if (rv == CKR_OK) rv = real->C_CloseSession(handle);
  for (int s = 0; s < session_count; s++)
    if (sessions[s].handle == handle && (!sessions[s].dead || sessions[s].buried)) sessions[s] = sessions[--session_count];
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}

/* Called and left with the lock held, which is let go meanwhile. */
CK_RV pause_for(long milliseconds, CK_SESSION_HANDLE handle, struct session **session) {
  pthread_mutex_unlock(&faulty_lock);
  rest_until(now_ms() + (double)milliseconds);
  pthread_mutex_lock(&faulty_lock);
  return enter(handle, session, 0);
}

/* `hang-after` counts as one strike for as long as it lasts. */
CK_RV hang_while_told(CK_SESSION_HANDLE handle, struct session **session, int signing) {
  CK_RV rv = CKR_OK;
  const struct token *token = (*session)->token;
  const struct fault *late = &token->faults[HANG];
  for (int told = 0; token->rules.hang || (signing && late->value != 0 && late->good >= late->after); told = 1) {
    if (!told) write_event(token, "hang");
    rv = pause_for(20, handle, session);
  }
  return rv;
}

/* --- the module ----------------------------------------------------------------------------------------------------- */

static CK_RV initialize(void *how) {
  CK_RV rv = real->C_Initialize(how);
  if (rv != CKR_OK) return rv;
  session_count = finalized = 0;
  CK_ULONG n = 0;
  get_slot_list(CK_FALSE, NULL, &n); /* what lies in the slots now is no event */
  for (int i = 0; i < token_count; i++) tokens[i].event = 0;
  return CKR_OK;
}

static CK_RV finalize(void *reserved) {
  pthread_mutex_lock(&faulty_lock);
  session_count = 0;
  finalized = 1;
  pthread_mutex_unlock(&faulty_lock);
  return real->C_Finalize(reserved);
}

/* A slip of a test must not wipe a token. */
static CK_RV init_token(CK_SLOT_ID slot, CK_UTF8CHAR *pin, CK_ULONG length, CK_UTF8CHAR *label) {
  (void)slot, (void)pin, (void)length, (void)label;
  return CKR_FUNCTION_NOT_SUPPORTED;
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list) {
  const char *path = getenv("QUAY_FAULTY_TARGET");
  void *target = dlopen(path == NULL ? "/usr/lib/softhsm/libsofthsm2.so" : path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = target == NULL ? NULL : (CK_C_GetFunctionList)dlsym(target, "C_GetFunctionList");
  if (get == NULL || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  ours = *real;
  ours.C_GetFunctionList = C_GetFunctionList;
  ours.C_Initialize = initialize;
  ours.C_Finalize = finalize;
  ours.C_InitToken = init_token;
  ours.C_GetSlotList = get_slot_list;
  ours.C_GetSlotInfo = get_slot_info;
  ours.C_GetTokenInfo = get_token_info;
  ours.C_WaitForSlotEvent = wait_for_slot_event;
  ours.C_GetMechanismList = list_mechanisms;
  ours.C_GetMechanismInfo = get_mechanism;
  ours.C_OpenSession = open_session;
  ours.C_CloseSession = close_session;
  ours.C_CloseAllSessions = close_all_sessions;
  ours.C_GetSessionInfo = get_session_info;
  ours.C_Login = faulty_login;
  ours.C_SetPIN = faulty_set_pin;
  ours.C_InitPIN = faulty_init_pin;
  ours.C_Logout = logout;
  ours.C_SignInit = faulty_sign_init;
  ours.C_Sign = faulty_sign;
  ours.C_FindObjectsInit = find_init;
  ours.C_FindObjects = faulty_find;
  ours.C_FindObjectsFinal = find_final;
  ours.C_GetAttributeValue = faulty_attribute;
  *list = &ours;
  return CKR_OK;
}
