/* The PIN of the faulting PKCS#11 module: C_Login, C_SetPIN and C_InitPIN with a counter of tries, as a real token has.
 * Whatever the caller sends ends up in the ledger; what a rule of the script answers costs no try. */
#include "faulting.h"
#include <string.h>

/* The PIN as the token gets it: what the caller sends, or what a person types on the reader's own keys. */
struct typed {
  CK_UTF8CHAR *pin;
  CK_ULONG length;
};

/* pin-pad 1 takes a null or an empty PIN from the caller, pin-pad 2 only a null one, as PKCS#11 says. */
static CK_RV at_the_pad(const struct token *token, char *pad, struct typed *typed) {
  if (token->rules.pin_pad == 0) return CKR_OK;
  if (typed->length > 0 || (typed->pin != NULL && token->rules.pin_pad > 1)) return CKR_ARGUMENTS_BAD;
  if (pad[0] == 0) return CKR_FUNCTION_CANCELED; /* nobody typed */
  *typed = (struct typed){(CK_UTF8CHAR *)pad, strlen(pad)};
  return CKR_OK;
}

static CK_RV fits(const struct token *token, CK_ULONG length) {
  const struct rules *rules = &token->rules;
  int bad = (rules->pin_min > 0 && length < (CK_ULONG)rules->pin_min) ||
            (rules->pin_max > 0 && length > (CK_ULONG)rules->pin_max);
  return bad ? CKR_PIN_LEN_RANGE : CKR_OK;
}

static CK_RV troubled(struct token *token, enum faults_of what) {
  CK_RV rv = strikes(token, HELD);
  return rv == CKR_OK ? strikes(token, what) : rv;
}

static int is_so(CK_SESSION_HANDLE handle) {
  CK_SESSION_INFO info;
  return real->C_GetSessionInfo(handle, &info) == CKR_OK && info.state == CKS_RW_SO_FUNCTIONS;
}

/* What the token's own answer does to its counter. */
static void count(struct token *token, struct entry *entry, CK_RV answer) {
  if (answer == CKR_OK) entry->left = entry->so ? TRIES : token->rules.max_tries;
  if (answer == CKR_PIN_INCORRECT) entry->left--;
}

static CK_RV ask(struct session *session, CK_USER_TYPE user, const struct typed *typed, struct entry *entry) {
  struct token *token = session->token;
  CK_RV rv = entry->before <= 0 ? CKR_PIN_LOCKED : user == CKU_SO ? CKR_OK : fits(token, typed->length);
  if (rv != CKR_OK) return rv;
  if (user == CKU_CONTEXT_SPECIFIC && token->rules.always_auth) {
    if (!session->signing) return CKR_OPERATION_NOT_INITIALIZED;
    rv = token->pin_hash[0] != 0 && strcmp(token->pin_hash, entry->pin) == 0 ? CKR_OK : CKR_PIN_INCORRECT;
    if (rv == CKR_OK) session->wants_pin = 0;
  } else {
    rv = real->C_Login(session->handle, user, typed->pin, typed->length);
  }
  count(token, entry, rv);
  if (rv == CKR_OK && user == CKU_USER) memcpy(token->pin_hash, entry->pin, HASH_TEXT);
  return rv;
}

CK_RV faulty_login(CK_SESSION_HANDLE handle, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG length) {
  struct session *session;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter(handle, &session, 0);
  if (rv == CKR_OK) rv = hang_while_told(handle, &session, 0);
  if (rv == CKR_OK && session->token->rules.login_delay > 0)
    rv = pause_for(session->token->rules.login_delay, handle, &session);
  if (rv == CKR_OK) {
    struct token *token = session->token;
    struct typed typed = {pin, length};
    struct entry entry = {.kind = user == CKU_SO ? "login-so" : user == CKU_USER ? "login" : "login-context"};
    int ledger = open_ledger();
    entry.so = user == CKU_SO;
    entry.before = entry.left = tries_left(token, entry.so);
    hash_pin(token, pin, length, entry.pin);
    rv = troubled(token, LOGIN);
    if (rv == CKR_OK) rv = at_the_pad(token, token->rules.pad_pin, &typed);
    if (rv == CKR_OK) {
      hash_pin(token, typed.pin, typed.length, entry.pin);
      rv = ask(session, user, &typed, &entry);
    }
    if (rv == CKR_OK) went_well(token, LOGIN);
    entry.result = rv;
    write_ledger(token, &entry);
    close_ledger(ledger);
  }
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}

CK_RV faulty_set_pin(CK_SESSION_HANDLE handle, CK_UTF8CHAR *old, CK_ULONG old_n, CK_UTF8CHAR *fresh, CK_ULONG fresh_n) {
  struct session *session;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter(handle, &session, 0);
  if (rv == CKR_OK) rv = hang_while_told(handle, &session, 0);
  if (rv == CKR_OK) {
    struct token *token = session->token;
    struct typed was = {old, old_n}, now = {fresh, fresh_n};
    struct entry entry = {.so = is_so(handle)};
    int ledger = open_ledger();
    entry.kind = entry.so ? "set-so-pin" : "set-pin";
    entry.before = entry.left = tries_left(token, entry.so);
    hash_pin(token, old, old_n, entry.pin);
    hash_pin(token, fresh, fresh_n, entry.new_pin);
    rv = troubled(token, SET_PIN);
    if (rv == CKR_OK) rv = at_the_pad(token, token->rules.pad_pin, &was);
    if (rv == CKR_OK) rv = at_the_pad(token, token->rules.pad_new_pin, &now);
    if (rv == CKR_OK) {
      hash_pin(token, was.pin, was.length, entry.pin);
      hash_pin(token, now.pin, now.length, entry.new_pin);
      rv = entry.before <= 0 ? CKR_PIN_LOCKED : fits(token, now.length);
      if (rv == CKR_OK) rv = real->C_SetPIN(handle, was.pin, was.length, now.pin, now.length);
      if (rv != CKR_PIN_LOCKED) count(token, &entry, rv);
    }
    if (rv == CKR_OK && !entry.so && token->pin_hash[0] != 0) memcpy(token->pin_hash, entry.new_pin, HASH_TEXT);
    if (rv == CKR_OK) went_well(token, SET_PIN);
    entry.result = rv;
    write_ledger(token, &entry);
    close_ledger(ledger);
  }
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}

/* The security officer, logged in with the unblocking code (PUK), gives a new PIN: the tries are all there again. */
CK_RV faulty_init_pin(CK_SESSION_HANDLE handle, CK_UTF8CHAR *pin, CK_ULONG length) {
  struct session *session;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter(handle, &session, 0);
  if (rv == CKR_OK) rv = hang_while_told(handle, &session, 0);
  if (rv == CKR_OK) {
    struct token *token = session->token;
    struct typed typed = {pin, length};
    struct entry entry = {.kind = "init-pin"};
    int ledger = open_ledger();
    entry.before = entry.left = tries_left(token, 0);
    hash_pin(token, pin, length, entry.new_pin);
    rv = troubled(token, INIT_PIN);
    if (rv == CKR_OK) rv = at_the_pad(token, token->rules.pad_new_pin, &typed);
    if (rv == CKR_OK) rv = fits(token, typed.length);
    if (rv == CKR_OK) {
      hash_pin(token, typed.pin, typed.length, entry.new_pin);
      rv = real->C_InitPIN(handle, typed.pin, typed.length);
    }
    if (rv == CKR_OK) entry.left = token->rules.max_tries, went_well(token, INIT_PIN);
    entry.result = rv;
    write_ledger(token, &entry);
    close_ledger(ledger);
  }
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}
