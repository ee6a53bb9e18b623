/* A model in a loop over plain buffers, in C: enlarges PPM images (P6, 8 bit) from standard input to standard output.
     plain_buffers MODEL < in.ppm > out.ppm
   SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "ganvas/embed/ganvas_c.h"

static int fail(const char* what) {
  fprintf(stderr, "%s\n", what);
  return 1;
}

int main(int argc, char** argv) {
  if (argc != 2) return fail("usage: plain_buffers MODEL < in.ppm > out.ppm");
  ganvas_model* model = ganvas_open(argv[1]);
  if (model == NULL) return fail(ganvas_last_error());
  const int64_t scale = ganvas_scale(model);
  int width, height;
  while (scanf("P6 %d %d 255", &width, &height) == 2 && getchar() != EOF) {
    ganvas_image from = {NULL, width, height, 3, 8}, to = {NULL, scale * width, scale * height, 3, 8};
    const size_t bytes = (size_t)width * height * 3, made = bytes * scale * scale;
    from.pixels = malloc(bytes);
    to.pixels = malloc(made);
    if (from.pixels == NULL || to.pixels == NULL) return fail("out of memory");
    if (fread(from.pixels, 1, bytes, stdin) != bytes) return fail("the image was cut off");
    if (ganvas_upscale(model, &from, &to) != GANVAS_OK) return fail(ganvas_last_error());
    printf("P6\n%d %d\n255\n", (int)to.width, (int)to.height);
    fwrite(to.pixels, 1, made, stdout);
    free(from.pixels);
    free(to.pixels);
  }
  ganvas_close(model);
  return 0;
}
