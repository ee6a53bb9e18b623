/* ganvas for other languages: models that take images in plain buffers and fill plain buffers.
   SPDX-License-Identifier: Apache-2.0

   Threads: any thread may call; calls are carried out one after the other, each by as many threads as were
   set. Texts that are returned belong to ganvas; that of ganvas_last_error() is the calling thread's, until its
   next call. Nothing here throws or ends the process; a note may go to standard error. */
#ifndef GANVAS_C_H
#define GANVAS_C_H

#include <stdint.h>

#if defined(__GNUC__)
#define GANVAS_C_API __attribute__((visibility("default")))
#else
#define GANVAS_C_API
#endif

/* NOLINTBEGIN: C's names and types */
#ifdef __cplusplus
extern "C" {
#endif

/* Raised when what is declared here changes in a way that programs built before would not survive. */
#define GANVAS_C_VERSION 1

/* What functions return that can fail. */
enum { GANVAS_OK = 0, GANVAS_FAILED = 1, GANVAS_WRONG_USAGE = 2 };

typedef struct ganvas_model ganvas_model;

/* Rows from the top without gaps, channels interleaved; 16 bit in the processor's byte order. */
typedef struct {
  void* pixels;
  int64_t width, height;
  int32_t channels; /* 1 grey, 3 RGB */
  int32_t bits;     /* 8 or 16 a channel */
} ganvas_image;

/* GANVAS_C_VERSION of the library that was loaded, and its own version, "0.1.0". */
GANVAS_C_API int ganvas_c_version(void);
GANVAS_C_API const char* ganvas_version(void);

/* One line about the last call of this thread that failed: what was got, what was expected, what to do. */
GANVAS_C_API const char* ganvas_last_error(void);

/* Threads of one operation, of the whole process; 0 takes one for each core. */
GANVAS_C_API int ganvas_set_threads(int64_t threads);

/* path: a run's folder, a checkpoint, or weights of another program; or one that comes along: "upscale-x4",
   "upscale-x4-vivid", "restore", "restore-vivid".
   returns: NULL if it cannot be read */
GANVAS_C_API ganvas_model* ganvas_open(const char* path);

/* Closing nothing is nothing. */
GANVAS_C_API void ganvas_close(ganvas_model* model);

/* How many times as large the results are; 0 if the model makes no images of images. */
GANVAS_C_API int64_t ganvas_scale(const ganvas_model* model);

/* What `ganvas inspect` calls the method or the network. */
GANVAS_C_API const char* ganvas_method(const ganvas_model* model);

/* Each fills `to`, whose pixels the caller provides, of as many channels and bits as `from` has. */

/* Of the same size. */
GANVAS_C_API int ganvas_translate(ganvas_model* model, const ganvas_image* from, ganvas_image* to);

/* ganvas_scale() times as wide and as high, part by part. */
GANVAS_C_API int ganvas_upscale(ganvas_model* model, const ganvas_image* from, ganvas_image* to);

/* Finds mosaics, restores them and copies the rest; `found` gets how many there were. What is restored is
   invented: plausible, not true. */
GANVAS_C_API int ganvas_restore(ganvas_model* model, const ganvas_image* from, ganvas_image* to,
                                int64_t* found);

#ifdef __cplusplus
}
#endif
/* NOLINTEND */
#endif /* GANVAS_C_H */
