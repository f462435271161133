/* What the faulting PKCS#11 module shows of the objects on a token: `hide`, `certificate` and `always-auth` of its script.
 * It never changes what is on the token. */
#include "faulting.h"
#include <stdio.h>
#include <string.h>

/* CKA_ID of the object in lower-case hex, or an empty text. */
static void id_of(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, char text[65]) {
  CK_BYTE id[32];
  CK_ATTRIBUTE wanted = {CKA_ID, id, sizeof id};
  text[0] = 0;
  if (real->C_GetAttributeValue(handle, object, &wanted, 1) != CKR_OK || wanted.ulValueLen > sizeof id) return;
  for (CK_ULONG i = 0; i < wanted.ulValueLen; i++) sprintf(text + i * 2, "%02x", id[i]);
}

static CK_OBJECT_CLASS class_of(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object) {
  CK_OBJECT_CLASS class = ~0UL;
  CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof class};
  return real->C_GetAttributeValue(handle, object, &wanted, 1) == CKR_OK ? class : ~0UL;
}

CK_RV faulty_find(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE *found, CK_ULONG room, CK_ULONG *n) {
  struct session *session;
  char hidden[65] = "", id[65];
  pthread_mutex_lock(&faulty_lock);
  CK_RV rv = enter(handle, &session, 0);
  if (rv == CKR_OK) memcpy(hidden, session->token->rules.hidden, sizeof hidden);
  pthread_mutex_unlock(&faulty_lock);
  while (rv == CKR_OK) {
    rv = real->C_FindObjects(handle, found, room, n);
    if (rv != CKR_OK || *n == 0 || hidden[0] == 0) break;
    CK_ULONG kept = 0;
    for (CK_ULONG i = 0; i < *n; i++) {
      id_of(handle, found[i], id);
      if (strcmp(id, hidden) != 0) found[kept++] = found[i];
    }
    *n = kept;
    if (kept > 0) break;
  }
  return rv;
}

/* Answers one attribute from a file instead of from the token. */
static CK_RV from_file(const char *path, CK_ATTRIBUTE *what) {
  CK_BYTE bytes[8192];
  FILE *file = fopen(path, "r");
  if (file == NULL) return CKR_DEVICE_ERROR;
  CK_ULONG length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  int fits = what->pValue == NULL || what->ulValueLen >= length;
  if (fits && what->pValue != NULL) memcpy(what->pValue, bytes, length);
  what->ulValueLen = fits ? length : ~0UL;
  return fits ? CKR_OK : CKR_BUFFER_TOO_SMALL;
}

CK_RV faulty_attribute(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *what, CK_ULONG n) {
  struct session *session;
  struct rules rules;
  char id[65];
  pthread_mutex_lock(&faulty_lock);
  CK_RV worst = enter(handle, &session, 1);
  if (worst == CKR_OK) rules = session->token->rules;
  pthread_mutex_unlock(&faulty_lock);
  if (worst != CKR_OK) return worst;
  if (rules.swapped[0] == 0 && !rules.always_auth) return real->C_GetAttributeValue(handle, object, what, n);
  CK_OBJECT_CLASS class = class_of(handle, object);
  id_of(handle, object, id);
  int swapped = class == CKO_CERTIFICATE && strcmp(id, rules.swapped) == 0;
  for (CK_ULONG i = 0; i < n; i++) {
    int ours = swapped && what[i].type == CKA_VALUE;
    CK_RV rv = ours ? from_file(rules.certificate, &what[i]) : real->C_GetAttributeValue(handle, object, &what[i], 1);
    if (rv != CKR_OK) worst = rv;
    else if (rules.always_auth && class == CKO_PRIVATE_KEY && what[i].type == CKA_ALWAYS_AUTHENTICATE &&
             what[i].pValue != NULL && what[i].ulValueLen > 0)
      *(CK_BBOOL *)what[i].pValue = CK_TRUE;
  }
  return worst;
}
