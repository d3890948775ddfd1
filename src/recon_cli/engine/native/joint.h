/* The kernel of joint.py. Part of body.h. */

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
                NAME(prefetch)(synthesis + CHUNK);
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
                NAME(prefetch)(state + CHUNK);
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
