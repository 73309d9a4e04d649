// spawn ROUNDS PROGRAM...: runs each program in each round, another one first each time, and prints what each run took, a
// line a program, in microseconds. A small process starts others in a tenth of the time that Node needs for it.
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static double timed(char *program) {
  char *args[] = {program, "version", NULL};
  double start = now();
  pid_t child = vfork();
  if (child == 0) {
    execv(program, args);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) {
    fprintf(stderr, "%s ended with %x\n", program, status);
    exit(1);
  }
  return now() - start;
}

int main(int count, char **words) {
  int rounds = atoi(words[1]), programs = count - 2;
  double *took = calloc((size_t)rounds * programs, sizeof *took);
  for (int round = 0; round < rounds; round++)
    for (int i = 0; i < programs; i++) {
      int which = (i + round) % programs;
      took[which * rounds + round] = timed(words[2 + which]);
    }
  for (int which = 0; which < programs; which++)
    for (int round = 0; round < rounds; round++)
      printf("%.1f%c", took[which * rounds + round], round == rounds - 1 ? '\n' : ' ');
}
