/* The script of the faulting PKCS#11 module: read before every call, so that a test can pull a token while it signs.
 * It knows rules and counts calls; it never looks at a PIN or a document. */
#include "faulting.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct token tokens[TOKENS];
int token_count;
long long script_version;
#define SCRIPT_ROOM 8192

static const struct rules CALM = {.tries = -1, .max_tries = TRIES, .so_tries = TRIES};

struct token *token_named(const char *label) {
  for (int i = 0; i < token_count; i++)
    if (strcmp(tokens[i].label, label) == 0) return &tokens[i];
  if (token_count == TOKENS) return &tokens[TOKENS - 1];
  struct token *token = &tokens[token_count++];
  memset(token, 0, sizeof *token);
  snprintf(token->label, sizeof token->label, "%s", label);
  token->rules = CALM;
  token->left_of = token->so_left_of = -1;
  pthread_mutex_init(&token->chip, NULL);
  return token;
}

static void rule(struct token *token, const char *key, const char *value, long after, long times) {
  struct rules *rules = &token->rules;
  long number = strtol(value, NULL, 0);
  const struct { const char *key; long *of; } numbers[] = {
    {"tries", &rules->tries}, {"max-tries", &rules->max_tries}, {"so-tries", &rules->so_tries}, {"slot", &rules->slot},
    {"pin-min", &rules->pin_min}, {"pin-max", &rules->pin_max}, {"sign-delay", &rules->sign_delay},
    {"login-delay", &rules->login_delay},
  };
  const struct { const char *key; int *of; } switches[] = {
    {"pulled", &rules->pulled}, {"hang", &rules->hang}, {"always-auth", &rules->always_auth}, {"silent", &rules->silent},
  };
  const struct { const char *key; char *of; size_t room; } words[] = {
    {"label", rules->label, sizeof rules->label}, {"hide", rules->hidden, sizeof rules->hidden},
    {"pad-pin", rules->pad_pin, PIN_TEXT}, {"pad-new-pin", rules->pad_new_pin, PIN_TEXT},
  };
  const struct { const char *key; enum faults_of what; } errors[] = {
    {"login-error", LOGIN}, {"sign-error", SIGN}, {"set-pin-error", SET_PIN}, {"init-pin-error", INIT_PIN}, {"held", HELD},
  };
  const struct { const char *key; enum faults_of what; long times; } at[] = {
    {"pull-after", PULL, 0}, {"crash-after", CRASH, 1}, {"hang-after", HANG, 0}, {"garble-after", GARBLE, 1},
  };
#define EACH(table) for (size_t i = 0; i < sizeof table / sizeof *table; i++) if (strcmp(key, table[i].key) == 0)
  EACH(numbers) *numbers[i].of = number;
  EACH(switches) *switches[i].of = number != 0;
  EACH(words) snprintf(words[i].of, words[i].room, "%s", value);
  EACH(errors) token->faults[errors[i].what] = (struct fault){.value = (CK_RV)number, .after = after, .times = times};
  EACH(at) token->faults[at[i].what] = (struct fault){.value = 1, .after = number, .times = times ? times : at[i].times};
  if (strcmp(key, "pin-pad") == 0) rules->pin_pad = (int)number;
  if (strcmp(key, "flags") == 0) rules->flags = (CK_FLAGS)number;
  if (strcmp(key, "sign-time") == 0) rules->sign_time = strtod(value, NULL);
  if (strcmp(key, "certificate") == 0) sscanf(value, "%64[^=]=%255s", rules->swapped, rules->certificate);
}

static void apply(char *text) {
  struct fault before[TOKENS][FAULTS];
  int known = token_count;
  for (int i = 0; i < known; i++) {
    memcpy(before[i], tokens[i].faults, sizeof before[i]);
    memset(tokens[i].faults, 0, sizeof tokens[i].faults);
    tokens[i].rules = CALM;
    tokens[i].crashes = 0;
  }
  char *rest = NULL;
  for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
    char key[32], label[33], value[320], word[2][16] = {"", ""};
    long amount[2] = {0, 0}, after = 0, times = 0;
    if (sscanf(line, "%31s %32s %319s %15s %ld %15s %ld", key, label, value, word[0], amount, word[1], amount + 1) < 3)
      continue;
    for (int i = 0; i < 2; i++) {
      if (strcmp(word[i], "after") == 0) after = amount[i];
      if (strcmp(word[i], "times") == 0) times = amount[i];
    }
    rule(token_named(label), key, value, after, times);
  }
  for (int i = 0; i < known; i++)
    for (int what = 0; what < FAULTS; what++) {
      struct fault *now = &tokens[i].faults[what], *was = &before[i][what];
      if (now->value == was->value && now->after == was->after && now->times == was->times) *now = *was;
      else if (what == PULL) tokens[i].fell_out = 0;
    }
}

/* Not while the real module is at work in it: the session would be taken away under its feet. */
void bury(struct token *token) {
  if (token->at_work > 0) return;
  for (int s = 0; s < session_count; s++)
    if (sessions[s].token == token && sessions[s].dead && !sessions[s].buried) {
      sessions[s].buried = 1;
      real->C_CloseSession(sessions[s].handle); /* the last one also logs out */
    }
}

/* Takes a token out or puts it back, as the rules say now. */
static void move_tokens(void) {
  for (int i = 0; i < token_count; i++) {
    struct token *token = &tokens[i];
    int out = token->rules.pulled || token->fell_out;
    if (out == token->out) continue;
    if (out)
      for (int s = 0; s < session_count; s++)
        if (sessions[s].token == token) sessions[s].dead = 1;
    if (out) token->pin_hash[0] = 0;
    else token->put_back++;
    token->out = out;
    token->event = token->seen;
    bury(token);
  }
}

/* Reads the script when it is another file than last time: `say` of faults.ts renames a whole new one into its place. */
void obey(void) {
  static struct stat known;
  const char *path = getenv("QUAY_FAULTY_SCRIPT");
  struct stat facts;
  if (path == NULL || stat(path, &facts) != 0) memset(&facts, 0, sizeof facts);
  if (facts.st_ino != known.st_ino || facts.st_size != known.st_size || facts.st_mtim.tv_sec != known.st_mtim.tv_sec ||
      facts.st_mtim.tv_nsec != known.st_mtim.tv_nsec) {
    char text[SCRIPT_ROOM] = "";
    int file = facts.st_ino == 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      ssize_t length = read(file, text, sizeof text - 1);
      text[length < 0 ? 0 : length] = 0;
      fstat(file, &facts);
      close(file);
    }
    known = facts;
    script_version = (facts.st_mtim.tv_sec * 1000000000LL + facts.st_mtim.tv_nsec) ^ (long long)facts.st_ino << 20;
    apply(text);
    close_ledger(open_ledger()); /* what fell out or crashed under this very script, in another process */
  }
  move_tokens();
}

CK_RV strikes(struct token *token, enum faults_of what) {
  struct fault *fault = &token->faults[what];
  if (fault->value == 0) return CKR_OK;
  if (fault->good < fault->after) {
    if (what == HELD) fault->good++; /* counts calls, of whatever kind */
    return CKR_OK;
  }
  if (fault->times > 0 && (what == CRASH ? token->crashes : fault->struck) >= fault->times) return CKR_OK;
  fault->struck++;
  return fault->value;
}

void went_well(struct token *token, enum faults_of what) {
  token->faults[what].good++;
  if (what != SIGN) return;
  token->faults[PULL].good++, token->faults[CRASH].good++, token->faults[HANG].good++, token->faults[GARBLE].good++;
}

double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

/* To some 10 microseconds, without burning processor time. */
void rest_until(double when_ms) {
  struct timespec when = {.tv_sec = (time_t)(when_ms / 1000)};
  when.tv_nsec = (long)((when_ms - (double)when.tv_sec * 1000) * 1e6);
  prctl(PR_SET_TIMERSLACK, 1UL);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) != 0) continue;
}
