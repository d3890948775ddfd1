/* The kernel of objective.py. Part of body.h. */

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
