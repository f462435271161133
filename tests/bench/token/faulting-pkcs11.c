/* A PKCS#11 module in front of another one (SoftHSM), that lets a test pull tokens, count PIN tries and break signatures.
 * It forwards what it does not bend. It never changes what is on the token, and never writes a PIN anywhere.
 *
 * QUAY_FAULTY_TARGET  the real module        (default /usr/lib/softhsm/libsofthsm2.so)
 * QUAY_FAULTY_SCRIPT  read before every call; one rule a line, labels without blanks:
 *   pulled LABEL 0|1          the token is out; its sessions are dead for good, and it comes back under another slot number
 *   pull-after LABEL N        pulled in the middle of signature N+1 (which answers CKR_GENERAL_ERROR)
 *   tries LABEL N             PIN tries left at first (default 3); the right PIN brings them back to 3
 *   login-error LABEL CKR     C_Login answers this, and no try is spent
 *   sign-delay LABEL MS       every signature takes this much longer
 *   sign-error LABEL CKR [after N]   C_Sign answers this, after N good ones
 *   hang LABEL 0|1            C_Login and C_Sign do not return, not even when the token is pulled
 * QUAY_FAULTY_LEDGER  one line a C_Login: LABEL CKR tries-left tries-at-first seconds-since-1970; and one a call that
 *   begins to hang, with 4294967295 for the CKR
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TOKENS 16
#define SESSIONS 1024
#define TRIES 3
#define HANGS 4294967295UL
#define SLOT_BITS 40 /* the real slot number; above it, how often the token was put back */
#define PIN_FLAGS (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED)

struct rules {
  int pulled, hang;
  long tries, pull_after, sign_delay, sign_after;
  CK_RV login_error, sign_error;
};

struct token {
  char label[33];
  struct rules rules;
  long since_pull_rule, since_sign_rule; /* good signatures since that rule was last changed */
  int fell_out;                          /* pull-after has struck */
  int out;                               /* already treated as pulled */
  unsigned long put_back;
};

struct session {
  CK_SESSION_HANDLE handle;
  struct token *token;
  int dead;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static CK_FUNCTION_LIST *real, ours;
static struct token tokens[TOKENS];
static struct session sessions[SESSIONS];
static int token_count, session_count;
static char script[8192];

static struct token *token_named(const char *label) {
  for (int i = 0; i < token_count; i++)
    if (strcmp(tokens[i].label, label) == 0) return &tokens[i];
  if (token_count == TOKENS) return &tokens[TOKENS - 1];
  struct token *token = &tokens[token_count++];
  memset(token, 0, sizeof *token);
  snprintf(token->label, sizeof token->label, "%s", label);
  token->rules = (struct rules){.tries = TRIES, .pull_after = -1};
  return token;
}

static void apply(char *text) {
  struct rules before[TOKENS];
  for (int i = 0; i < token_count; i++) {
    before[i] = tokens[i].rules;
    tokens[i].rules = (struct rules){.tries = TRIES, .pull_after = -1};
  }
  int known = token_count;
  char *rest = NULL;
  for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
    char key[32], label[33], value[32];
    long after = 0;
    if (sscanf(line, "%31s %32s %31s after %ld", key, label, value, &after) < 3) continue;
    struct rules *rules = &token_named(label)->rules;
    long number = strtol(value, NULL, 0);
    if (strcmp(key, "pulled") == 0) rules->pulled = number != 0;
    if (strcmp(key, "hang") == 0) rules->hang = number != 0;
    if (strcmp(key, "tries") == 0) rules->tries = number;
    if (strcmp(key, "pull-after") == 0) rules->pull_after = number;
    if (strcmp(key, "sign-delay") == 0) rules->sign_delay = number;
    if (strcmp(key, "login-error") == 0) rules->login_error = (CK_RV)number;
    if (strcmp(key, "sign-error") == 0) rules->sign_error = (CK_RV)number, rules->sign_after = after;
  }
  for (int i = 0; i < known; i++) {
    struct rules *now = &tokens[i].rules;
    if (now->pull_after != before[i].pull_after) tokens[i].since_pull_rule = 0, tokens[i].fell_out = 0;
    if (now->sign_error != before[i].sign_error || now->sign_after != before[i].sign_after)
      tokens[i].since_sign_rule = 0;
  }
}

/* Takes a token out or puts it back, as the rules say now. */
static void move_tokens(void) {
  for (int i = 0; i < token_count; i++) {
    struct token *token = &tokens[i];
    int out = token->rules.pulled || token->fell_out;
    if (out && !token->out)
      for (int s = 0; s < session_count; s++)
        if (sessions[s].token == token && !sessions[s].dead) {
          sessions[s].dead = 1;
          real->C_CloseSession(sessions[s].handle); /* the last one also logs out */
        }
    if (!out && token->out) token->put_back++;
    token->out = out;
  }
}

static void obey(void) {
  const char *path = getenv("QUAY_FAULTY_SCRIPT");
  char text[sizeof script] = "";
  FILE *file = path == NULL ? NULL : fopen(path, "r");
  if (file != NULL) {
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
  }
  if (strcmp(text, script) != 0) {
    memcpy(script, text, sizeof script);
    apply(text);
  }
  move_tokens();
}

/* Tries left: what the last C_Login left, unless the script has begun anew with another number. */
static long tries_left(const struct token *token) {
  long left = token->rules.tries;
  const char *path = getenv("QUAY_FAULTY_LEDGER");
  FILE *ledger = path == NULL ? NULL : fopen(path, "r");
  if (ledger == NULL) return left;
  char line[160], label[33];
  while (fgets(line, sizeof line, ledger) != NULL) {
    long result, after, first;
    if (sscanf(line, "%32s %ld %ld %ld", label, &result, &after, &first) != 4) continue;
    if (strcmp(label, token->label) == 0) left = first == token->rules.tries ? after : token->rules.tries;
  }
  fclose(ledger);
  return left;
}

static void write_ledger(const struct token *token, CK_RV result, long left) {
  const char *path = getenv("QUAY_FAULTY_LEDGER");
  FILE *ledger = path == NULL ? NULL : fopen(path, "a");
  if (ledger == NULL) return;
  fprintf(ledger, "%s %lu %ld %ld %lld\n", token->label, result, left, token->rules.tries, (long long)time(NULL));
  fclose(ledger);
}

static CK_SLOT_ID real_slot(CK_SLOT_ID slot) { return slot & ((1UL << SLOT_BITS) - 1); }

/* The token whose label lies in the real slot; NULL for an empty or a blank one. */
static struct token *token_in(CK_SLOT_ID slot) {
  CK_TOKEN_INFO info;
  if (real->C_GetTokenInfo(slot, &info) != CKR_OK || !(info.flags & CKF_TOKEN_INITIALIZED)) return NULL;
  char label[33];
  memcpy(label, info.label, 32);
  for (int end = 32; end >= 0 && (end == 32 || label[end] == ' '); end--) label[end] = 0;
  return token_named(label);
}

static CK_SLOT_ID shown_slot(CK_SLOT_ID slot, const struct token *token) {
  return token == NULL ? slot : slot | token->put_back << SLOT_BITS;
}

/* Checks a slot number of ours, and gives the real one. Called and left with the lock held. */
static CK_RV enter_slot(CK_SLOT_ID slot, CK_SLOT_ID *inner, struct token **token) {
  obey();
  *inner = real_slot(slot);
  *token = token_in(*inner);
  return shown_slot(*inner, *token) == slot ? CKR_OK : CKR_SLOT_ID_INVALID;
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *count) {
  CK_SLOT_ID all[64];
  CK_ULONG n = 64, visible = 0;
  if (real->C_GetSlotList(present, NULL, &(CK_ULONG){0}) != CKR_OK) return CKR_GENERAL_ERROR; /* looks anew */
  CK_RV rv = real->C_GetSlotList(present, all, &n);
  if (rv != CKR_OK) return rv;
  pthread_mutex_lock(&lock);
  obey();
  for (CK_ULONG i = 0; i < n; i++) {
    struct token *token = token_in(all[i]);
    if (present && token != NULL && token->out) continue;
    all[visible++] = shown_slot(all[i], token);
  }
  pthread_mutex_unlock(&lock);
  if (list != NULL && *count < visible) return CKR_BUFFER_TOO_SMALL;
  if (list != NULL) memcpy(list, all, visible * sizeof *list);
  *count = visible;
  return CKR_OK;
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info) {
  struct token *token;
  pthread_mutex_lock(&lock);
  CK_RV rv = enter_slot(slot, &slot, &token);
  int out = token != NULL && token->out;
  pthread_mutex_unlock(&lock);
  if (rv == CKR_OK) rv = real->C_GetSlotInfo(slot, info);
  if (rv == CKR_OK && out) info->flags &= ~CKF_TOKEN_PRESENT;
  return rv;
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
  struct token *token;
  pthread_mutex_lock(&lock);
  CK_RV rv = enter_slot(slot, &slot, &token);
  int out = token != NULL && token->out;
  long left = token == NULL ? TRIES : tries_left(token);
  pthread_mutex_unlock(&lock);
  if (rv == CKR_OK) rv = out ? CKR_TOKEN_NOT_PRESENT : real->C_GetTokenInfo(slot, info);
  if (rv != CKR_OK || token == NULL) return rv;
  info->flags &= ~(CK_FLAGS)PIN_FLAGS;
  if (left < TRIES) info->flags |= CKF_USER_PIN_COUNT_LOW;
  if (left == 1) info->flags |= CKF_USER_PIN_FINAL_TRY;
  if (left <= 0) info->flags |= CKF_USER_PIN_LOCKED;
  return CKR_OK;
}

static CK_RV enter_present(CK_SLOT_ID slot, CK_SLOT_ID *inner) {
  struct token *token;
  pthread_mutex_lock(&lock);
  CK_RV rv = enter_slot(slot, inner, &token);
  if (rv == CKR_OK && token != NULL && token->out) rv = CKR_TOKEN_NOT_PRESENT;
  pthread_mutex_unlock(&lock);
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

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *app, CK_NOTIFY notify, CK_SESSION_HANDLE *handle) {
  struct token *token;
  pthread_mutex_lock(&lock);
  CK_RV rv = enter_slot(slot, &slot, &token);
  if (rv == CKR_OK && (token == NULL || token->out)) rv = CKR_TOKEN_NOT_PRESENT;
  if (rv == CKR_OK && session_count == SESSIONS) rv = CKR_SESSION_COUNT;
  if (rv == CKR_OK) rv = real->C_OpenSession(slot, flags, app, notify, handle);
  if (rv == CKR_OK) sessions[session_count++] = (struct session){.handle = *handle, .token = token};
  pthread_mutex_unlock(&lock);
  return rv;
}

/* Obeys the script, then says whether the session still lives. Called with the lock held. */
static CK_RV enter(CK_SESSION_HANDLE handle, struct token **token) {
  obey();
  for (int s = session_count - 1; s >= 0; s--)
    if (sessions[s].handle == handle) {
      *token = sessions[s].token;
      if (!sessions[s].dead) return CKR_OK;
      return sessions[s].token->out ? CKR_DEVICE_REMOVED : CKR_SESSION_HANDLE_INVALID;
    }
  return CKR_SESSION_HANDLE_INVALID;
}

static CK_RV check(CK_SESSION_HANDLE handle) {
  struct token *token;
  pthread_mutex_lock(&lock);
  CK_RV rv = enter(handle, &token);
  pthread_mutex_unlock(&lock);
  return rv;
}

#define GUARDED(name, call, ...) \
  static CK_RV name(__VA_ARGS__) { \
    CK_RV rv = check(handle); \
    return rv == CKR_OK ? real->call : rv; \
  }
#define HANDLE CK_SESSION_HANDLE handle
GUARDED(logout, C_Logout(handle), HANDLE)
GUARDED(sign_init, C_SignInit(handle, how, key), HANDLE, CK_MECHANISM *how, CK_OBJECT_HANDLE key)
GUARDED(find_init, C_FindObjectsInit(handle, like, n), HANDLE, CK_ATTRIBUTE *like, CK_ULONG n)
GUARDED(find, C_FindObjects(handle, found, room, n), HANDLE, CK_OBJECT_HANDLE *found, CK_ULONG room, CK_ULONG *n)
GUARDED(find_final, C_FindObjectsFinal(handle), HANDLE)
GUARDED(get_attribute, C_GetAttributeValue(handle, key, what, n), HANDLE, CK_OBJECT_HANDLE key, CK_ATTRIBUTE *what,
        CK_ULONG n)

static CK_RV get_session_info(CK_SESSION_HANDLE handle, CK_SESSION_INFO *info) {
  struct token *token;
  pthread_mutex_lock(&lock);
  CK_RV rv = enter(handle, &token);
  if (rv == CKR_OK) rv = real->C_GetSessionInfo(handle, info);
  if (rv == CKR_OK) info->slotID = shown_slot(info->slotID, token);
  pthread_mutex_unlock(&lock);
  return rv;
}

static CK_RV close_session(CK_SESSION_HANDLE handle) {
  struct token *token;
  pthread_mutex_lock(&lock);
  CK_RV rv = enter(handle, &token);
  if (rv == CKR_OK) rv = real->C_CloseSession(handle);
  for (int s = 0; s < session_count; s++)
    if (sessions[s].handle == handle) sessions[s] = sessions[--session_count];
  pthread_mutex_unlock(&lock);
  return rv;
}

/* Called and left with the lock held, which is let go meanwhile. */
static CK_RV pause_for(long milliseconds, CK_SESSION_HANDLE handle, struct token **token) {
  pthread_mutex_unlock(&lock);
  usleep((useconds_t)milliseconds * 1000);
  pthread_mutex_lock(&lock);
  return enter(handle, token);
}

/* Waits as long as the script says "hang". */
static CK_RV hang(CK_SESSION_HANDLE handle, struct token *token) {
  CK_RV rv = CKR_OK;
  if (token->rules.hang) write_ledger(token, HANGS, tries_left(token));
  while (token->rules.hang) rv = pause_for(20, handle, &token);
  return rv;
}

static CK_RV login(CK_SESSION_HANDLE handle, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG length) {
  struct token *token;
  pthread_mutex_lock(&lock);
  CK_RV rv = enter(handle, &token);
  if (rv == CKR_OK) rv = hang(handle, token);
  if (rv == CKR_OK) {
    long left = tries_left(token);
    if (token->rules.login_error != CKR_OK) rv = token->rules.login_error;
    else if (left <= 0) rv = CKR_PIN_LOCKED;
    else rv = real->C_Login(handle, user, pin, length);
    if (rv == CKR_OK) left = TRIES;
    if (rv == CKR_PIN_INCORRECT && token->rules.login_error == CKR_OK) left--;
    write_ledger(token, rv, left);
  }
  pthread_mutex_unlock(&lock);
  return rv;
}

static CK_RV sign(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG length, CK_BYTE *signature, CK_ULONG *room) {
  struct token *token;
  pthread_mutex_lock(&lock);
  CK_RV rv = enter(handle, &token);
  int lived = rv == CKR_OK;
  if (lived) rv = hang(handle, token);
  if (rv == CKR_OK && token->rules.sign_delay > 0) rv = pause_for(token->rules.sign_delay, handle, &token);
  if (rv == CKR_OK && token->rules.pull_after >= 0 && token->since_pull_rule >= token->rules.pull_after) {
    token->fell_out = 1;
    rv = enter(handle, &token);
  }
  if (rv != CKR_OK && lived) rv = CKR_GENERAL_ERROR; /* pulled in the middle: all that real modules can say */
  if (rv == CKR_OK && token->rules.sign_error != CKR_OK && token->since_sign_rule >= token->rules.sign_after) {
    rv = token->rules.sign_error;
    real->C_Sign(handle, data, length, (CK_BYTE[2048]){0}, &(CK_ULONG){2048}); /* ends the operation, as a token would */
  }
  pthread_mutex_unlock(&lock);
  if (rv != CKR_OK) return rv;
  rv = real->C_Sign(handle, data, length, signature, room); /* unlocked: two tokens may sign at once */
  pthread_mutex_lock(&lock);
  if (rv == CKR_OK && signature != NULL) token->since_pull_rule++, token->since_sign_rule++;
  pthread_mutex_unlock(&lock);
  return rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list) {
  const char *path = getenv("QUAY_FAULTY_TARGET");
  void *target = dlopen(path == NULL ? "/usr/lib/softhsm/libsofthsm2.so" : path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = target == NULL ? NULL : (CK_C_GetFunctionList)dlsym(target, "C_GetFunctionList");
  if (get == NULL || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  ours = *real;
  ours.C_GetFunctionList = C_GetFunctionList;
  ours.C_GetSlotList = get_slot_list;
  ours.C_GetSlotInfo = get_slot_info;
  ours.C_GetTokenInfo = get_token_info;
  ours.C_GetMechanismList = list_mechanisms;
  ours.C_GetMechanismInfo = get_mechanism;
  ours.C_OpenSession = open_session;
  ours.C_CloseSession = close_session;
  ours.C_CloseAllSessions = close_all_sessions;
  ours.C_GetSessionInfo = get_session_info;
  ours.C_Login = login;
  ours.C_Logout = logout;
  ours.C_SignInit = sign_init;
  ours.C_Sign = sign;
  ours.C_FindObjectsInit = find_init;
  ours.C_FindObjects = find;
  ours.C_FindObjectsFinal = find_final;
  ours.C_GetAttributeValue = get_attribute;
  *list = &ours;
  return CKR_OK;
}
