/* Every kernel for one instruction set; kernels.c includes this file once for each, with
   VL      floats in a vector,
   ROWS    rows of a product that are held in registers, a divisor of PACK,
   TARGET  the attribute that allows the instructions,
   NAME    which gives each function its own name.
   A chunk is CHUNK columns of patches; its arrays are rows of CHUNK floats. */

typedef float NAME(vector) __attribute__((vector_size(4 * VL), aligned(4)));

/* c = a b for ROWS rows and 2 VL columns: a is a panel of a packed matrix, b a chunk's columns from one on. */
TARGET static inline void NAME(tile)(const float *panel, int inner, const float *right, float *c, int stride)
{
    NAME(vector) low[ROWS], high[ROWS];
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++) low[r] = high[r] = (NAME(vector)){0};
    for (int k = 0; k < inner; k++) {
        const NAME(vector) b0 = *(const NAME(vector) *)(right + (long)k * CHUNK);
        const NAME(vector) b1 = *(const NAME(vector) *)(right + (long)k * CHUNK + VL);
        const float *left = panel + (long)k * PACK;
#pragma GCC unroll 8
        for (int r = 0; r < ROWS; r++) {
            low[r] += left[r] * b0;
            high[r] += left[r] * b1;
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++) {
        *(NAME(vector) *)(c + (long)r * stride) = low[r];
        *(NAME(vector) *)(c + (long)r * stride + VL) = high[r];
    }
}

/* c = a b for one chunk; a is packed, (rows / PACK, inner, PACK), and rows a multiple of PACK. */
TARGET static inline void NAME(product)(const float *a, int rows, int inner, const float *b, float *c)
{
    for (int first = 0; first < rows; first += ROWS) {
        const float *panel = a + (long)(first / PACK) * PACK * inner + first % PACK;
        for (int column = 0; column < CHUNK; column += 2 * VL)
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

/* Take the patches of a chunk and their level off them: their own mean, or the given one. */
TARGET static void NAME(centre)(const Patches *p, long plane, int first, int count, float *out)
{
    const int size = p->size, pixels = size * size;
    for (int done = 0; done < count;) {
        const int row = (first + done) / p->cols, col = (first + done) % p->cols;
        const int run = count - done < p->cols - col ? count - done : p->cols - col;
        const int step = p->stride;
        const float *corner = p->image + (plane * p->height + (long)row * step) * p->width + (long)col * step;
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) {
                const float *from = corner + (long)i * p->width + j;
                float *to = out + (i * size + j) * CHUNK + done;
                if (step == 1) memcpy(to, from, run * sizeof(float));
                else for (int c = 0; c < run; c++) to[c] = from[c * step];
            }
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
        const int size = p->size, step = p->stride, band = (p->last - p->first - 1) * step + size;          \
        for (int done = 0; done < count;) {                                                                 \
            const int row = (first + done) / p->cols - p->first, col = (first + done) % p->cols;            \
            const int run = count - done < p->cols - col ? count - done : p->cols - col;                    \
            for (int i = 0; i < size; i++)                                                                  \
                for (int j = 0; j < size; j++) {                                                            \
                    type *restrict to = out + (plane * band + (long)row * step + i) * p->width + (long)col * step + j; \
                    const type *from = patches + (i * size + j) * CHUNK + done;                             \
                    if (step == 1) for (int c = 0; c < run; c++) to[c] += from[c];                          \
                    else for (int c = 0; c < run; c++) to[c * step] += from[c];                             \
                }                                                                                           \
            done += run;                                                                                    \
        }                                                                                                   \
    }
FOLD(float, float)
FOLD(double, double)
#undef FOLD

/* An atom's number in the columns of a chunk: times their weights from a place on, where there are some. */
TARGET static inline void NAME(weighted)(float number, const float *weights, long place, int count, float *out)
{
    for (int c = 0; c < CHUNK; c++) out[c] = number;
    for (int c = 0; weights && c < count; c++) out[c] *= weights[place + c];
}

/* Scale the multipliers of a chunk into the feasible set, where the steps of the codes, which are their
   correlations over rho, are within the thresholds; fold them and add up their penalty, in float64. */
TARGET static void NAME(certify)(const Patches *p, const Joint *m, const Bound *bound, long plane, int first, int count,
                                 long column, float *multipliers, const float *steps, double *feasible)
{
    const int pixels = p->size * p->size;
    const float *means = p->means ? p->means + plane * p->rows * p->cols + first : 0;
    float peak[CHUNK];
    double mean[CHUNK] = {0}, penalty[CHUNK] = {0};
    for (int c = 0; c < CHUNK; c++) peak[c] = 1;
    for (int j = 0; j < m->atoms; j++) {
        float t[CHUNK];
        NAME(weighted)(m->threshold[j], m->weights, j * m->weights_stride + column, count, t);
        for (int c = 0; c < CHUNK; c++) {
            const float value = fabsf(steps[j * CHUNK + c]) / t[c];
            peak[c] = peak[c] > value ? peak[c] : value;
        }
    }
    for (int k = 0; k < pixels; k++)
        for (int c = 0; c < CHUNK; c++) {
            feasible[k * CHUNK + c] = multipliers[k * CHUNK + c] * (1 - 8 * (double)FLT_EPSILON) / peak[c];
            mean[c] += feasible[k * CHUNK + c];
        }
    for (int c = 0; c < CHUNK; c++) mean[c] /= pixels;
    for (int k = 0; k < pixels; k++)
        for (int c = 0; c < count; c++) {
            double value = feasible[k * CHUNK + c];
            if (means) penalty[c] += value * means[c];
            else feasible[k * CHUNK + c] = value -= mean[c];
            penalty[c] += 0.5 * value * value;
        }
    bound->penalty[plane] += NAME(total)(penalty);
    NAME(fold_double)(p, plane, first, count, feasible, bound->folded);
}

/* One iteration of joint ADMM in the codes, see joint_admm.py, for the patch rows first to last of each plane. */
TARGET static void NAME(joint_codes)(const Patches *p, const Joint *m, const Bound *bound, float *scratch)
{
    const int pixels = p->size * p->size, atoms = m->atoms, wide = PADDED(pixels);
    float *restrict residual = scratch, *restrict step = residual + (long)wide * CHUNK;
    float *restrict v = step + (long)PADDED(atoms) * CHUNK;
    float *restrict values = v + (long)PADDED(atoms) * CHUNK, *restrict weighted = values + (long)wide * CHUNK;
    double *feasible = (double *)(weighted + (long)wide * CHUNK);
    const long share = (long)(p->last - p->first) * p->cols;
    for (long plane = 0; plane < p->planes; plane++)
        for (int first = p->first * p->cols; first < p->last * p->cols; first += CHUNK) {
            const int left = p->last * p->cols - first, count = left < CHUNK ? left : CHUNK;
            const long column = plane * share + first - (long)p->first * p->cols;
            NAME(centre)(p, plane, first, count, residual);
            for (int k = 0; k < pixels; k++) {
                const float *restrict synthesis = m->synthesis + k * m->stride + column;
                __builtin_prefetch(synthesis + CHUNK, 1);
                __builtin_prefetch(synthesis + CHUNK + 16, 1);
                __builtin_prefetch(synthesis + CHUNK + 32, 1);
                __builtin_prefetch(synthesis + CHUNK + 48, 1);
                for (int c = 0; c < count; c++) residual[k * CHUNK + c] -= synthesis[c];
            }
            NAME(product)(m->project, PADDED(atoms), pixels, residual, step);
            if (bound) {
                NAME(product)(m->weight, wide, pixels, residual, weighted);
                NAME(certify)(p, m, bound, plane, first, count, column, weighted, step, feasible);
            }
            for (int j = 0; j < atoms; j++) {
                float *restrict state = m->state + j * m->stride + column;
                const float alpha = m->relaxation;
                float t[CHUNK];
                NAME(weighted)(m->threshold[j], m->weights, j * m->weights_stride + column, count, t);
                __builtin_prefetch(state + CHUNK, 1);
                __builtin_prefetch(state + CHUNK + 16, 1);
                __builtin_prefetch(state + CHUNK + 32, 1);
                __builtin_prefetch(state + CHUNK + 48, 1);
                if (m->support) {
                    const float *restrict on = m->support + j * m->support_stride + column;
                    for (int c = 0; c < count; c++) {
                        const float drop = fabsf(on[c]) > t[c] ? 1 - m->keep[j] : 1;
                        const float s = state[c] + alpha * (step[j * CHUNK + c] - state[c] * drop);
                        state[c] = s;
                        v[j * CHUNK + c] = s - 2 * s * drop;
                    }
                } else {
                    for (int c = 0; c < count; c++) {
                        float s = state[c], u = s > t[c] ? t[c] : s < -t[c] ? -t[c] : s;
                        s += alpha * (step[j * CHUNK + c] - u);
                        u = s > t[c] ? t[c] : s < -t[c] ? -t[c] : s;
                        state[c] = s;
                        v[j * CHUNK + c] = s - 2 * u;
                    }
                }
                for (int c = count; c < CHUNK; c++) v[j * CHUNK + c] = 0;
            }
            NAME(product)(m->dictionary, wide, atoms, v, values);
            for (int k = 0; k < pixels; k++)
                memcpy(m->synthesis + k * m->stride + column, values + k * CHUNK, count * sizeof(float));
            NAME(product)(m->weight, wide, pixels, values, weighted);
            NAME(fold_float)(p, plane, first, count, weighted, m->folded);
        }
}

/* Misfit |P x - D a|^2 and sparsity sum lam |a| of each plane, in float64. */
TARGET static void NAME(patch_terms)(const Patches *p, const Codes *m, float *scratch)
{
    const int pixels = p->size * p->size, atoms = m->atoms, wide = PADDED(pixels);
    float *residual = scratch, *codes = residual + (long)wide * CHUNK;
    float *values = codes + (long)PADDED(atoms) * CHUNK;
    const long share = (long)(p->last - p->first) * p->cols;
    for (long plane = 0; plane < p->planes; plane++)
        for (int first = p->first * p->cols; first < p->last * p->cols; first += CHUNK) {
            const int left = p->last * p->cols - first, count = left < CHUNK ? left : CHUNK;
            const long column = plane * share + first - (long)p->first * p->cols;
            double misfit[CHUNK] = {0}, sparsity[CHUNK] = {0};
            NAME(centre)(p, plane, first, count, residual);
            for (int j = 0; j < atoms; j++) {
                const float *state = m->state + j * m->stride + column;
                const long place = j * m->weights_stride + column;
                float t[CHUNK], lam[CHUNK];
                NAME(weighted)(m->threshold[j], m->weights, place, count, t);
                NAME(weighted)(m->lam[j], m->weights, place, count, lam);
                for (int c = 0; c < count; c++) {
                    const float s = state[c], a = s - (s > t[c] ? t[c] : s < -t[c] ? -t[c] : s);
                    codes[j * CHUNK + c] = a;
                    sparsity[c] += (double)lam[c] * fabsf(a);
                }
                for (int c = count; c < CHUNK; c++) codes[j * CHUNK + c] = 0;
            }
            NAME(product)(m->dictionary, wide, atoms, codes, values);
            for (int k = 0; k < pixels; k++)
                for (int c = 0; c < count; c++) {
                    const double r = residual[k * CHUNK + c] - values[k * CHUNK + c];
                    misfit[c] += r * r;
                }
            m->misfit[plane] += NAME(total)(misfit);
            m->sparsity[plane] += NAME(total)(sparsity);
        }
}

/* One iteration of over-relaxed ADMM for the codes of a chunk, see ExactCoder; v = z - u belongs to s, next to the
   new s. With sums, (3, CHUNK), the squares of codes, multipliers and step before it are added to them. */
TARGET static inline void NAME(code_step)(const float *square, const float *threshold, int rows, int inner,
                                          float alpha, const float *target, const float *v, float *s, float *next,
                                          float *sums)
{
    for (int first = 0; first < rows; first += ROWS) {
        const float *panel = square + (long)(first / PACK) * PACK * inner + first % PACK;
        for (int column = 0; column < CHUNK; column += 2 * VL) {
            float image[ROWS * 2 * VL];
            NAME(tile)(panel, inner, v + column, image, 2 * VL);
            for (int r = 0; r < ROWS; r++) {
                const long place = (long)(first + r) * CHUNK + column;
                const float t = threshold[first + r];
                const float *restrict product = image + r * 2 * VL, *restrict to = target + place;
                float *restrict state = s + place, *restrict after = next + place;
                if (sums)
                    for (int c = 0; c < 2 * VL; c++) {
                        const float value = state[c], u = value > t ? t : value < -t ? -t : value;
                        const float step = to[c] - product[c] - u, code = value - u;
                        sums[column + c] += code * code;
                        sums[CHUNK + column + c] += u * u;
                        sums[2 * CHUNK + column + c] += step * step;
                    }
                for (int c = 0; c < 2 * VL; c++) {
                    float value = state[c], u = value > t ? t : value < -t ? -t : value;
                    value += alpha * (to[c] - product[c] - u);
                    u = value > t ? t : value < -t ? -t : value;
                    state[c] = value;
                    after[c] = value - 2 * u;
                }
            }
        }
    }
}

/* So many iterations for a chunk; in the last one squares are added to sums, (3,). */
TARGET static void NAME(code_chunk)(const Sweep *m, const float *threshold, int iterations, const float *target,
                                    float *s, float *v, float *next, double *sums)
{
    const int wide = PADDED(m->atoms);
    float last[3 * CHUNK] = {0};
    for (int j = 0; j < wide; j++) {
        const float t = threshold[j];
        for (int c = 0; c < CHUNK; c++) {
            const float value = s[j * CHUNK + c], u = value > t ? t : value < -t ? -t : value;
            v[j * CHUNK + c] = value - 2 * u;
        }
    }
    for (int iteration = 1; iteration <= iterations; iteration++) {
        NAME(code_step)(m->square, threshold, wide, m->atoms, m->relaxation, target, v, s, next,
                        iteration == iterations ? last : 0);
        float *swap = v;
        v = next;
        next = swap;
    }
    for (int k = 0; k < 3; k++)
        for (int c = 0; c < CHUNK; c++) sums[k] += last[k * CHUNK + c];
}

/* Codes of the patch rows first to last of each plane until all of them together are accurate, see ExactCoder;
   the fold of their synthesis, and the squares of the codes before and of their change. */
TARGET static void NAME(sweep_codes)(const Patches *p, const Sweep *m, float *scratch, float *chunks)
{
    const int pixels = p->size * p->size, atoms = m->atoms, wide = PADDED(atoms);
    const long share = (long)(p->last - p->first) * p->cols, area = (long)wide * CHUNK;
    float *v = scratch, *next = v + area, *values = next + area;
    float *threshold = values + (long)PADDED(pixels) * CHUNK;
    memset(threshold, 0, wide * sizeof(float));
    memcpy(threshold, m->threshold, atoms * sizeof(float));
    float *at = chunks;
    for (long plane = 0; plane < p->planes; plane++)
        for (long start = 0; start < share; start += CHUNK, at += 2 * area) {
            const int count = share - start < CHUNK ? share - start : CHUNK;
            const float *state = m->state + plane * share + start;
            float *s = at, *target = at + area;
            NAME(centre)(p, plane, p->first * p->cols + start, count, values);
            NAME(product)(m->project, wide, pixels, values, target);
            memset(s, 0, area * sizeof(float));
            for (int j = 0; j < atoms; j++) memcpy(s + j * CHUNK, state + j * m->stride, count * sizeof(float));
        }
    for (int done = 0; done < m->limit;) {
        const int until = done < 4 - done % 4 ? done : 4 - done % 4;
        int count = until > 1 ? until : 1;
        count = count < m->limit - done ? count : m->limit - done;
        double sums[3] = {0};
        for (float *s = chunks; s < at; s += 2 * area)
            NAME(code_chunk)(m, threshold, count, s + area, s, v, next, sums);
        done += count;
        if (sqrt(sums[2]) <= m->tolerance * (sqrt(sums[0]) + 0.01 * sqrt(sums[1]))) break;
    }
    at = chunks;
    for (long plane = 0; plane < p->planes; plane++)
        for (long start = 0; start < share; start += CHUNK, at += 2 * area) {
            const int count = share - start < CHUNK ? share - start : CHUNK;
            float *state = m->state + plane * share + start;
            double size[CHUNK] = {0}, moved[CHUNK] = {0};
            for (int j = 0; j < atoms; j++) {
                float *restrict old = state + j * m->stride;
                const float *restrict s = at + j * CHUNK;
                float *restrict codes = v + j * CHUNK;
                const float t = threshold[j];
                for (int c = 0; c < CHUNK; c++) codes[c] = s[c] - (s[c] > t ? t : s[c] < -t ? -t : s[c]);
                for (int c = 0; c < count; c++) {
                    const float before = old[c] - (old[c] > t ? t : old[c] < -t ? -t : old[c]);
                    const float step = codes[c] - before;
                    size[c] += before * before;
                    moved[c] += step * step;
                    old[c] = s[c];
                }
            }
            m->size[plane] += NAME(total)(size);
            m->moved[plane] += NAME(total)(moved);
            NAME(product)(m->dictionary, PADDED(pixels), atoms, v, values);
            NAME(fold_float)(p, plane, p->first * p->cols + start, count, values, m->folded);
        }
}

/* Conjugate gradients for (S D'D S + eps I) w = S right, S the support of each column, see masked_solve. */
TARGET static void NAME(masked_solve)(const Masked *m, float *scratch)
{
    const int atoms = m->atoms, wide = PADDED(atoms);
    float *restrict mask = scratch, *restrict w = mask + (long)wide * CHUNK;
    float *restrict residual = w + (long)wide * CHUNK, *restrict direction = residual + (long)wide * CHUNK;
    float *restrict image = direction + (long)wide * CHUNK;
    for (long first = 0; first < m->columns; first += CHUNK) {
        const int count = m->columns - first < CHUNK ? m->columns - first : CHUNK;
        float rho[CHUNK] = {0}, start = 0;
        memset(scratch, 0, (long)4 * wide * CHUNK * sizeof(float));
        for (int j = 0; j < atoms; j++)
            for (int c = 0; c < count; c++) {
                const float on = m->support[j * m->stride + first + c] != 0;
                const float r = on * m->right[j * m->stride + first + c];
                mask[j * CHUNK + c] = on;
                residual[j * CHUNK + c] = direction[j * CHUNK + c] = r;
                rho[c] += r * r;
            }
        for (int c = 0; c < CHUNK; c++) start += rho[c];
        const float goal = m->tolerance * m->tolerance * start;
        for (int iteration = 0; iteration < m->limit; iteration++) {
            float curvature[CHUNK] = {0}, step[CHUNK], turn[CHUNK], next[CHUNK] = {0}, left = 0;
            for (int c = 0; c < CHUNK; c++) left += rho[c];
            if (left <= goal) break;
            NAME(product)(m->gram, wide, atoms, direction, image);
            for (int j = 0; j < atoms; j++)
                for (int c = 0; c < CHUNK; c++) {
                    const int at = j * CHUNK + c;
                    image[at] = mask[at] * (image[at] + m->eps * direction[at]);
                    curvature[c] += direction[at] * image[at];
                }
            for (int c = 0; c < CHUNK; c++) step[c] = curvature[c] > 0 ? rho[c] / curvature[c] : 0;
            for (int j = 0; j < atoms; j++)
                for (int c = 0; c < CHUNK; c++) {
                    const int at = j * CHUNK + c;
                    w[at] += step[c] * direction[at];
                    residual[at] -= step[c] * image[at];
                    next[c] += residual[at] * residual[at];
                }
            for (int c = 0; c < CHUNK; c++) {
                turn[c] = rho[c] > 0 ? next[c] / rho[c] : 0;
                rho[c] = next[c];
            }
            for (int j = 0; j < atoms; j++)
                for (int c = 0; c < CHUNK; c++) {
                    const int at = j * CHUNK + c;
                    direction[at] = residual[at] + turn[c] * direction[at];
                }
        }
        for (int j = 0; j < atoms; j++)
            memcpy(m->solution + j * m->stride + first, w + j * CHUNK, count * sizeof(float));
    }
}

#undef VL
#undef ROWS
#undef TARGET
#undef NAME
