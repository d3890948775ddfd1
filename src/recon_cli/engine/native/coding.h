/* The kernel of coding.py. Part of body.h. */

/* One iteration of over-relaxed ADMM for the codes of a chunk, see ExactCoder; v = z - u belongs to s, next to the
   new s. With sums, (3, CHUNK), the squares of codes, multipliers and step before it are added to them. */
TARGET static inline void NAME(code_step)(const float *square, const float *threshold, int rows, int inner,
                                          float alpha, const float *target, const float *v, float *s, float *next,
                                          float *sums)
{
    for (int first = 0; first < rows; first += ROWS) {
        const float *panel = square + (long)(first / PACK) * PACK * inner + first % PACK;
        for (int column = 0; column < CHUNK; column += 3 * VL) {
            float image[ROWS * 3 * VL];
            NAME(tile)(panel, inner, v + column, image, 3 * VL);
            for (int r = 0; r < ROWS; r++) {
                const long place = (long)(first + r) * CHUNK + column;
                const float t = threshold[first + r];
                const float *restrict product = image + r * 3 * VL, *restrict to = target + place;
                float *restrict state = s + place, *restrict after = next + place;
                if (sums)
                    for (int c = 0; c < 3 * VL; c++) {
                        const float value = state[c], u = value > t ? t : value < -t ? -t : value;
                        const float step = to[c] - product[c] - u, code = value - u;
                        sums[column + c] += code * code;
                        sums[CHUNK + column + c] += u * u;
                        sums[2 * CHUNK + column + c] += step * step;
                    }
                for (int c = 0; c < 3 * VL; c++) {
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
