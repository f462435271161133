/* The ledger of the faulting PKCS#11 module: one line a PIN try, written down before the caller hears of it.
 * It is also the counter of tries, so that the counter outlives the process. A PIN is never written, only a salted hash. */
#include "faulting.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

static off_t read_up_to;

static double wall_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void learn(const char *line) {
  char label[33], kind[16] = "login", version[HASH_TEXT] = "-";
  unsigned long result;
  long left, first;
  if (sscanf(line, "%32s %lu %ld %ld %*s %*s %15s %*s %32s", label, &result, &left, &first, kind, version) < 4) return;
  struct token *token = token_named(label);
  if (result == NO_CALL) {
    if (strtoll(version, NULL, 10) != script_version) return;
    if (strcmp(kind, "pull") == 0) token->fell_out = 1;
    if (strcmp(kind, "crash") == 0) token->crashes++;
  } else if (strcmp(kind, "login-so") == 0 || strcmp(kind, "set-so-pin") == 0) {
    token->so_left = left, token->so_left_of = first;
  } else {
    token->left = left, token->left_of = first;
  }
}

static void read_on(int ledger) {
  char text[4096];
  for (;;) {
    ssize_t length = pread(ledger, text, sizeof text - 1, read_up_to);
    if (length <= 0) return;
    text[length] = 0;
    char *line = text, *end;
    while ((end = strchr(line, '\n')) != NULL) {
      *end = 0;
      learn(line);
      line = end + 1;
    }
    if (line == text) return; /* half a line: somebody is writing it */
    read_up_to += line - text;
  }
}

int open_ledger(void) {
  const char *path = getenv("QUAY_FAULTY_LEDGER");
  int ledger = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (ledger < 0) return -1;
  flock(ledger, LOCK_EX);
  if (lseek(ledger, 0, SEEK_END) < read_up_to) read_up_to = 0; /* begun anew */
  read_on(ledger);
  return ledger;
}

void close_ledger(int ledger) {
  if (ledger >= 0) close(ledger);
}

static long first_of(const struct token *token, int so) {
  if (so) return token->rules.so_tries;
  return token->rules.tries < 0 ? token->rules.max_tries : token->rules.tries;
}

/* What the last try left, unless the script has begun anew with another number. */
long tries_left(const struct token *token, int so) {
  long first = first_of(token, so);
  if ((so ? token->so_left_of : token->left_of) != first) return first;
  return so ? token->so_left : token->left;
}

static void append(const char *variable, const char *line, int length) {
  const char *path = getenv(variable);
  int file = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return;
  if (write(file, line, (size_t)length) != length) abort();
  close(file);
}

static const char *or_dash(const char *text) { return text[0] == 0 ? "-" : text; }

void write_ledger(const struct token *token, const struct entry *entry) {
  char line[256];
  struct token *changed = token_named(token->label);
  long first = first_of(token, entry->so);
  if (entry->so) changed->so_left = entry->left, changed->so_left_of = first;
  else changed->left = entry->left, changed->left_of = first;
  int length = snprintf(line, sizeof line, "%s %lu %ld %ld %.3f %d %s %ld %s %s\n", token->label, entry->result,
                        entry->left, first, wall_clock(), getpid(), entry->kind, entry->before, or_dash(entry->pin),
                        or_dash(entry->new_pin));
  append("QUAY_FAULTY_LEDGER", line, length);
}

/* hang, crash, pull; in place of a PIN's hash the script they happened under. */
void write_event(const struct token *token, const char *kind) {
  char line[256];
  long left = tries_left(token, 0);
  int length = snprintf(line, sizeof line, "%s %lu %ld %ld %.3f %d %s %ld %lld -\n", token->label, NO_CALL, left,
                        first_of(token, 0), wall_clock(), getpid(), kind, left, script_version);
  append("QUAY_FAULTY_LEDGER", line, length);
}

/* LABEL CKR seconds-since-1970 milliseconds process what-was-signed (up to 64 bytes in hex) */
void write_signature(const struct token *token, CK_RV result, double ms, const CK_BYTE *data, CK_ULONG length) {
  char line[320];
  if (getenv("QUAY_FAULTY_SIGNATURES") == NULL) return;
  int n = snprintf(line, sizeof line, "%s %lu %.3f %.3f %d ", token->label, result, wall_clock(), ms, getpid());
  for (CK_ULONG i = 0; i < length && i < 64; i++) n += snprintf(line + n, sizeof line - (size_t)n, "%02x", data[i]);
  n += snprintf(line + n, sizeof line - (size_t)n, "\n");
  append("QUAY_FAULTY_SIGNATURES", line, n);
}

/* --- SHA-256 (FIPS 180-4), of messages up to 55 + 64 bytes ---------------------------------------------------------- */

#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))

static uint32_t fraction(double root) { return (uint32_t)((root - (double)(uint32_t)root) * 4294967296.0); }
static double root_of(int n, int power) {
  double low = 0, high = 32;
  for (int i = 0; i < 90; i++) {
    double middle = (low + high) / 2;
    if ((power == 2 ? middle * middle : middle * middle * middle) < n) low = middle;
    else high = middle;
  }
  return low;
}

static void sha256(const unsigned char *message, size_t length, uint32_t h[8]) {
  uint32_t k[64], w[64], v[8];
  for (int n = 2, found = 0; found < 64; n++) {
    int divisor = 2;
    while (divisor * divisor <= n && n % divisor != 0) divisor++;
    if (divisor * divisor <= n) continue;
    if (found < 8) h[found] = fraction(root_of(n, 2));
    k[found++] = fraction(root_of(n, 3));
  }
  unsigned char padded[256] = {0};
  size_t blocks = (length + 9 + 63) / 64;
  memcpy(padded, message, length);
  padded[length] = 0x80;
  padded[blocks * 64 - 2] = (unsigned char)(length * 8 >> 8), padded[blocks * 64 - 1] = (unsigned char)(length * 8);
  for (size_t b = 0; b < blocks; b++) {
    for (int i = 0; i < 16; i++) {
      const unsigned char *at = padded + b * 64 + i * 4;
      w[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    for (int i = 16; i < 64; i++)
      w[i] = w[i - 16] + w[i - 7] + (ROTATE(w[i - 15], 7) ^ ROTATE(w[i - 15], 18) ^ w[i - 15] >> 3) +
             (ROTATE(w[i - 2], 17) ^ ROTATE(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 64; i++) {
      uint32_t one = v[7] + (ROTATE(v[4], 6) ^ ROTATE(v[4], 11) ^ ROTATE(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
                     k[i] + w[i];
      uint32_t two = (ROTATE(v[0], 2) ^ ROTATE(v[0], 13) ^ ROTATE(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
      memmove(v + 1, v, 7 * sizeof *v);
      v[4] += one;
      v[0] = one + two;
    }
    for (int i = 0; i < 8; i++) h[i] += v[i];
  }
  explicit_bzero(padded, sizeof padded);
  explicit_bzero(w, sizeof w);
}

/* The first 16 bytes, in hex, of SHA-256 over salt, label and PIN with a zero byte between each. */
void hash_pin(const struct token *token, const CK_UTF8CHAR *pin, CK_ULONG length, char text[HASH_TEXT]) {
  text[0] = 0;
  if (pin == NULL || length == 0) return;
  const char *salt = getenv("QUAY_FAULTY_SALT");
  unsigned char message[220];
  uint32_t h[8];
  int n = snprintf((char *)message, 100, "%.60s%c%s%c", salt == NULL ? "" : salt, 0, token->label, 0);
  CK_ULONG fits = length < 100 ? length : 100;
  memcpy(message + n, pin, fits);
  sha256(message, (size_t)n + fits, h);
  explicit_bzero(message, sizeof message);
  for (int i = 0; i < 4; i++) snprintf(text + i * 8, 9, "%08x", h[i]);
}
