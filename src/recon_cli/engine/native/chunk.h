/* What the kernels have in common: products and patches of a chunk. Part of body.h. */

typedef float NAME(vector) __attribute__((vector_size(4 * VL), aligned(4)));

/* c = a b for ROWS rows and 3 VL columns: a is a panel of a packed matrix, b a chunk's columns from one on. */
TARGET static inline void NAME(tile)(const float *panel, int inner, const float *right, float *c, int stride)
{
    NAME(vector) low[ROWS], middle[ROWS], high[ROWS];
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++) low[r] = middle[r] = high[r] = (NAME(vector)){0};
    for (int k = 0; k < inner; k++) {
        const NAME(vector) b0 = *(const NAME(vector) *)(right + (long)k * CHUNK);
        const NAME(vector) b1 = *(const NAME(vector) *)(right + (long)k * CHUNK + VL);
        const NAME(vector) b2 = *(const NAME(vector) *)(right + (long)k * CHUNK + 2 * VL);
        const float *left = panel + (long)k * PACK;
#pragma GCC unroll 8
        for (int r = 0; r < ROWS; r++) {
            low[r] += left[r] * b0;
            middle[r] += left[r] * b1;
            high[r] += left[r] * b2;
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++) {
        *(NAME(vector) *)(c + (long)r * stride) = low[r];
        *(NAME(vector) *)(c + (long)r * stride + VL) = middle[r];
        *(NAME(vector) *)(c + (long)r * stride + 2 * VL) = high[r];
    }
}

/* c = a b for one chunk; a is packed, (rows / PACK, inner, PACK), and rows a multiple of PACK. */
TARGET static inline void NAME(product)(const float *a, int rows, int inner, const float *b, float *c)
{
    for (int first = 0; first < rows; first += ROWS) {
        const float *panel = a + (long)(first / PACK) * PACK * inner + first % PACK;
        for (int column = 0; column < CHUNK; column += 3 * VL)
            NAME(tile)(panel, inner, b + column, c + (long)first * CHUNK + column, CHUNK);
    }
}

/* Sums run along a chunk's rows and are added up at its end: so they need no reordering to be fast. */
TARGET static double NAME(total)(const double *sums)
{
    double total = 0;
    for (int c = 0; c < CHUNK; c++) total += sums[c];
    return total;
}

/* Where a patch's pixel (i, j) lies among the phases of a plane; those of the patches beside it follow. */
TARGET static inline long NAME(place)(const Patches *p, long plane, int rows, int row, int col, int i, int j)
{
    const int s = p->stride;
    const long phase = (plane * s + i % s) * s + j % s;
    return (phase * rows + row + i / s) * p->width + col + j / s;
}

/* Take the patches of a chunk and their level off them: their own mean, or the given one. */
TARGET static void NAME(centre)(const Patches *p, long plane, int first, int count, float *out)
{
    const int size = p->size, pixels = size * size;
    for (int done = 0; done < count;) {
        const int row = (first + done) / p->cols, col = (first + done) % p->cols;
        const int run = count - done < p->cols - col ? count - done : p->cols - col;
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                memcpy(out + (i * size + j) * CHUNK + done,
                       p->image + NAME(place)(p, plane, p->height, row, col, i, j), run * sizeof(float));
        done += run;
    }
    for (int k = 0; count < CHUNK && k < pixels; k++)
        memset(out + k * CHUNK + count, 0, (CHUNK - count) * sizeof(float));
    float level[CHUNK] = {0};
    if (p->means) {
        memcpy(level, p->means + plane * p->rows * p->cols + first, count * sizeof(float));
    } else {
        for (int k = 0; k < pixels; k++)
            for (int c = 0; c < CHUNK; c++) level[c] += out[k * CHUNK + c];
        for (int c = 0; c < CHUNK; c++) level[c] /= pixels;
    }
    for (int k = 0; k < pixels; k++)
        for (int c = 0; c < CHUNK; c++) out[k * CHUNK + c] -= level[c];
}

#define FOLD(suffix, type)                                                                                  \
    TARGET static void NAME(fold_##suffix)(const Patches *p, long plane, int first, int count,              \
                                           const type *patches, type *out)                                  \
    {                                                                                                       \
        const int size = p->size, rows = p->last - p->first + (size - 1) / p->stride;                       \
        for (int done = 0; done < count;) {                                                                 \
            const int row = (first + done) / p->cols - p->first, col = (first + done) % p->cols;            \
            const int run = count - done < p->cols - col ? count - done : p->cols - col;                    \
            for (int i = 0; i < size; i++)                                                                  \
                for (int j = 0; j < size; j++) {                                                            \
                    type *restrict to = out + NAME(place)(p, plane, rows, row, col, i, j);                  \
                    const type *from = patches + (i * size + j) * CHUNK + done;                             \
                    for (int c = 0; c < run; c++) to[c] += from[c];                                         \
                }                                                                                           \
            done += run;                                                                                    \
        }                                                                                                   \
    }
FOLD(float, float)
FOLD(double, double)
#undef FOLD

/* Have the next chunk's part of a row ready. */
TARGET static inline void NAME(prefetch)(const float *next)
{
    for (int c = 0; c < CHUNK; c += 16) __builtin_prefetch(next + c);
}

/* An atom's number in the columns of a chunk: times their weights from a place on, where there are some. */
TARGET static inline void NAME(weighted)(float number, const float *weights, long place, int count, float *out)
{
    for (int c = 0; c < CHUNK; c++) out[c] = number;
    if (!weights) return;
    NAME(prefetch)(weights + place + CHUNK);
    if (count == CHUNK) for (int c = 0; c < CHUNK; c++) out[c] *= weights[place + c];
    else for (int c = 0; c < count; c++) out[c] *= weights[place + c];
}
