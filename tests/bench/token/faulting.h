/* What the parts of the faulting PKCS#11 module know of each other: the rules of the script, the tokens, the sessions.
 * Everything here is touched with `faulty_lock` held, except where a comment says otherwise. */
#ifndef QUAY_FAULTING_H
#define QUAY_FAULTING_H
#define _GNU_SOURCE
#include <p11-kit/pkcs11.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define TOKENS 16
#define SESSIONS 1024
#define TRIES 3
#define NO_CALL 4294967295UL /* in the ledger: an event, and no answer of the library */
#define HASH_TEXT 33         /* half a SHA-256 in hex, and its end */
#define PIN_TEXT 65

/* Trouble that comes with a call: after so many good ones, and at most so many times (0: for good). */
struct fault {
  CK_RV value; /* 0: no such fault */
  long after, times;
  long good, struck; /* since this rule was last changed, in this process */
};

enum faults_of { LOGIN, SIGN, SET_PIN, INIT_PIN, HELD, PULL, CRASH, HANG, GARBLE, FAULTS };

struct rules {
  int pulled, hang, pin_pad, always_auth, silent;
  long tries, max_tries, so_tries, pin_min, pin_max, slot;
  long sign_delay, login_delay; /* milliseconds */
  double sign_time;             /* milliseconds */
  CK_FLAGS flags;
  char label[33], pad_pin[PIN_TEXT], pad_new_pin[PIN_TEXT], hidden[65], swapped[65], certificate[256];
};

struct token {
  char label[33];
  CK_SLOT_ID real_slot;
  int seen; /* lies in the real module, at `real_slot` */
  struct rules rules;
  struct fault faults[FAULTS];
  int fell_out; /* pull-after has struck */
  int out;      /* already treated as pulled */
  int event;    /* came or left, and C_WaitForSlotEvent has not said so yet */
  unsigned long put_back;
  int at_work;                          /* signatures inside the real module */
  pthread_mutex_t chip;                 /* a token does one thing at a time; taken before `faulty_lock` */
  char pin_hash[HASH_TEXT];             /* of the PIN that last opened it in this process */
  long left, left_of, so_left, so_left_of; /* what the ledger says: tries left, and out of which first number; -1 nothing */
  long crashes; /* of the script as it is now, in any process */
};

struct session {
  CK_SESSION_HANDLE handle;
  struct token *token;
  int dead, buried, signing, wants_pin;
};

extern pthread_mutex_t faulty_lock;
extern CK_FUNCTION_LIST *real;
extern struct token tokens[TOKENS];
extern struct session sessions[SESSIONS];
extern int token_count, session_count, finalized;
extern long long script_version;

/* faulting-script.c: obey() reads the script when it has changed and moves tokens; strikes() counts one call and says
 * what is to happen to it, before anything did; went_well() counts a good one. */
void obey(void);
struct token *token_named(const char *label);
CK_RV strikes(struct token *token, enum faults_of what);
void went_well(struct token *token, enum faults_of what);
void bury(struct token *token);
double now_ms(void);
void rest_until(double when_ms);

/* faulting-ledger.c */
struct entry {
  const char *kind;
  CK_RV result;
  int so;
  long before, left;
  char pin[HASH_TEXT], new_pin[HASH_TEXT];
};
int open_ledger(void); /* reads what others wrote and keeps them out until close_ledger */
void close_ledger(int ledger);
long tries_left(const struct token *token, int so);
void write_ledger(const struct token *token, const struct entry *entry);
void write_event(const struct token *token, const char *kind);
void write_signature(const struct token *token, CK_RV result, double ms, const CK_BYTE *data, CK_ULONG length);
void hash_pin(const struct token *token, const CK_UTF8CHAR *pin, CK_ULONG length, char text[HASH_TEXT]);

/* faulting-pkcs11.c: enter() obeys the script, then says whether the session still lives; `held` asks for the reader too. */
CK_RV enter(CK_SESSION_HANDLE handle, struct session **session, int held);
CK_RV pause_for(long milliseconds, CK_SESSION_HANDLE handle, struct session **session);
CK_RV hang_while_told(CK_SESSION_HANDLE handle, struct session **session, int signing);

/* faulting-pin.c, faulting-sign.c, faulting-objects.c */
CK_RV faulty_login(CK_SESSION_HANDLE handle, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG length);
CK_RV faulty_set_pin(CK_SESSION_HANDLE handle, CK_UTF8CHAR *old, CK_ULONG old_n, CK_UTF8CHAR *fresh, CK_ULONG fresh_n);
CK_RV faulty_init_pin(CK_SESSION_HANDLE handle, CK_UTF8CHAR *pin, CK_ULONG length);
CK_RV faulty_sign_init(CK_SESSION_HANDLE handle, CK_MECHANISM *how, CK_OBJECT_HANDLE key);
CK_RV faulty_sign(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG length, CK_BYTE *signature, CK_ULONG *room);
CK_RV faulty_find(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE *found, CK_ULONG room, CK_ULONG *n);
CK_RV faulty_attribute(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *what, CK_ULONG n);
#endif
