/* Signatures of the faulting PKCS#11 module: one at a time a token, as long as the script says, and broken when it says so.
 * A signature is either the real module's own, or an error, or (garble-after) the real one with a bit turned. */
#include "faulting.h"
#include <stdlib.h>

CK_RV faulty_sign_init(CK_SESSION_HANDLE handle, CK_MECHANISM *how, CK_OBJECT_HANDLE key) {
  struct session *session;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter(handle, &session, 1);
  if (rv == CKR_OK) rv = real->C_SignInit(handle, how, key);
  if (rv == CKR_OK) session->signing = 1, session->wants_pin = session->token->rules.always_auth;
  pthread_mutex_unlock(&faulty_lock);
  return rv;
}

static CK_RV end_operation(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG length) {
  return real->C_Sign(handle, data, length, (CK_BYTE[2048]){0}, &(CK_ULONG){2048});
}

/* Everything that may come before the real signature. Called and left with the lock held. */
static CK_RV troubles(CK_SESSION_HANDLE handle, struct session **session, CK_BYTE *data, CK_ULONG length) {
  struct token *token = (*session)->token;
  CK_RV rv = hang_while_told(handle, session, 1);
  if (rv == CKR_OK && token->rules.sign_delay > 0) rv = pause_for(token->rules.sign_delay, handle, session);
  if (rv == CKR_OK && strikes(token, CRASH) != CKR_OK) {
    write_event(token, "crash");
    abort();
  }
  if (rv == CKR_OK && strikes(token, PULL) != CKR_OK) {
    token->fell_out = 1;
    write_event(token, "pull");
    rv = enter(handle, session, 0);
  }
  if (rv != CKR_OK) return CKR_GENERAL_ERROR; /* pulled in the middle: all that real modules can say */
  rv = strikes(token, HELD);
  if (rv == CKR_OK) rv = strikes(token, SIGN);
  if (rv == CKR_OK && (*session)->wants_pin) rv = CKR_USER_NOT_LOGGED_IN;
  if (rv != CKR_OK) {
    (*session)->signing = (*session)->wants_pin = 0;
    end_operation(handle, data, length);
  }
  return rv;
}

/* One signature of the token, whose chip is ours. Called and left with the lock held. */
static CK_RV sign_now(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG length, CK_BYTE *signature, CK_ULONG *room) {
  struct session *session;
  double begun = now_ms();
  CK_RV rv = enter(handle, &session, 0);
  if (rv != CKR_OK) return rv;
  struct token *token = session->token;
  rv = troubles(handle, &session, data, length);
  if (rv == CKR_OK) {
    token->at_work++;
    pthread_mutex_unlock(&faulty_lock); /* two tokens may sign at once */
    rv = real->C_Sign(handle, data, length, signature, room);
    pthread_mutex_lock(&faulty_lock);
    token->at_work--;
  }
  double until = begun + token->rules.sign_time;
  if (rv != CKR_BUFFER_TOO_SMALL && now_ms() < until) {
    pthread_mutex_unlock(&faulty_lock);
    rest_until(until);
    pthread_mutex_lock(&faulty_lock);
  }
  obey();
  bury(token);
  if (rv == CKR_OK && enter(handle, &session, 0) != CKR_OK) rv = CKR_GENERAL_ERROR;
  if (rv == CKR_OK) {
    session->signing = 0;
    if (strikes(token, GARBLE) != CKR_OK) signature[*room / 2] ^= 1;
    went_well(token, SIGN);
  }
  write_signature(token, rv, now_ms() - begun, data, length);
  return rv;
}

CK_RV faulty_sign(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG length, CK_BYTE *signature, CK_ULONG *room) {
  struct session *session;
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter(handle, &session, 0);
  struct token *token = rv == CKR_OK ? session->token : NULL;
  pthread_mutex_unlock(&faulty_lock);
  if (rv != CKR_OK) return rv;
  if (signature == NULL) return real->C_Sign(handle, data, length, NULL, room);
  pthread_mutex_lock(&token->chip);
  pthread_mutex_lock(&faulty_lock);
  rv = sign_now(handle, data, length, signature, room);
  pthread_mutex_unlock(&faulty_lock);
  pthread_mutex_unlock(&token->chip);
  return rv;
}
